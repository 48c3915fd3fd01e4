/* Calls the network from several threads at once, each with a workspace at another alignment, and wants what
 * one thread gave. Prints a checksum that is the same on every machine. */
#include "conv.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 4, ROUNDS = 50, INPUT = 192, OUTPUT = 180 };

static float image[INPUT];
static float expected[OUTPUT];

static void *work(void *argument) {
  size_t shift = (size_t)argument;
  char *memory = malloc(convnet_workspace_size() + 64);
  float result[OUTPUT];
  long wrong = 0;
  if (!memory)
    exit(2);
  for (int round = 0; round < ROUNDS; ++round) {
    memset(memory, round, convnet_workspace_size() + 64);
    memset(result, 0xff, sizeof(result));
    wrong += convnet_run(image, result, memory + shift) != 0;
    wrong += memcmp(result, expected, sizeof(result)) != 0;
  }
  free(memory);
  return (void *)wrong;
}

int main(void) {
  for (int i = 0; i < INPUT; ++i)
    image[i] = (float)(i * 37 % 101) / 50.0f - 1.0f;
  void *workspace = malloc(convnet_workspace_size() + 1);
  if (!workspace || convnet_run(image, expected, workspace) != 0)
    return 2;
  free(workspace);

  pthread_t threads[THREADS];
  long wrong = 0;
  for (size_t i = 0; i < THREADS; ++i)
    if (pthread_create(&threads[i], NULL, work, (void *)(i * 7)))
      return 2;
  for (int i = 0; i < THREADS; ++i) {
    void *result;
    pthread_join(threads[i], &result);
    wrong += (long)result;
  }
  double sum = 0;
  for (int i = 0; i < OUTPUT; ++i)
    sum += (i % 7 + 1) * expected[i];
  printf("wrong %ld, checksum %.3f\n", wrong, sum);
  return wrong != 0;
}
