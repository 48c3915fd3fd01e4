/* Runs the network of mixed.py on the array of an .npy file, with the bits given if it takes them. */
#include "net.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  static float image[8 * 8 * 3], logits[4];
  FILE *file = fopen(argv[1], "rb");
  fseek(file, -(long)sizeof(image), SEEK_END);
  if (fread(image, 1, sizeof(image), file) != sizeof(image))
    return 1;
  void *workspace = malloc(net_workspace_size());
#ifdef SWITCHABLE
  for (int i = 2; i < argc; ++i) {
    int32_t bits = atoi(argv[i]);
    if (net_run(image, &bits, logits, workspace))
      return 1;
#else
  for (int i = 1; i < 2; ++i) {
    if (net_run(image, logits, workspace))
      return 1;
#endif
    for (int j = 0; j < 4; ++j)
      printf("%.9g%c", logits[j], j == 3 ? '\n' : ' ');
  }
  (void)argc;
  return 0;
}
