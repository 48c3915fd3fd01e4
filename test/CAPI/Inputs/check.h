/* What the tests of the C API share. */
#include "bnn-c/BNN.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                                     \
  do {                                                                                                       \
    if (!(condition)) {                                                                                      \
      fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition);                          \
      exit(1);                                                                                               \
    }                                                                                                        \
  } while (0)

/* The call succeeded, and says so in both ways. */
#define OK(call)                                                                                             \
  do {                                                                                                       \
    char *error = (char *)"untouched";                                                                       \
    bnn_status status = call;                                                                                \
    if (status != BNN_OK || error) {                                                                         \
      fprintf(stderr, "%s:%d: %s: status %d, %s\n", __FILE__, __LINE__, #call, status, error ? error : "");  \
      exit(1);                                                                                               \
    }                                                                                                        \
  } while (0)

/* The call fails with this status and a text that begins so. */
#define FAILS(call, expected, text)                                                                          \
  do {                                                                                                       \
    char *error = NULL;                                                                                      \
    bnn_status status = call;                                                                                \
    if (status != expected || !error || !strstr(error, text)) {                                              \
      fprintf(stderr, "%s:%d: %s: status %d, %s\n", __FILE__, __LINE__, #call, status, error ? error : "");  \
      exit(1);                                                                                               \
    }                                                                                                        \
    bnn_free(error);                                                                                         \
  } while (0)

static bnn_tensor floats(float *data, int32_t ndim, const int64_t *shape) {
  bnn_tensor tensor = {data, 1, 0, ndim, 2, 32, 1, shape, NULL, 0};
  return tensor;
}
