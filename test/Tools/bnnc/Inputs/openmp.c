/* Runs the network on numbers that no library has a say in and prints a checksum of the result's bits. */
#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INPUT = 32 * 32 * 3, OUTPUT = 32 * 32 * 70 };
static float image[INPUT], result[OUTPUT];

int main(void) {
  for (int i = 0; i < INPUT; ++i)
    image[i] = (float)(i * 37 % 101) / 50.0f - 1.0f;
  unsigned long long sum = 0;
  for (int round = 0; round < 20; ++round) {
    void *workspace = malloc(wide_workspace_size() + 1);
    if (!workspace)
      return 2;
    memset(workspace, round, wide_workspace_size());
    memset(result, 0xff, sizeof(result));
    if (wide_run(image, result, workspace))
      return 1;
    for (int i = 0; i < OUTPUT; ++i) {
      unsigned bits;
      memcpy(&bits, &result[i], 4);
      sum = sum * 31 + bits;
    }
    free(workspace);
  }
  printf("checksum %llx\n", sum);
  return 0;
}
