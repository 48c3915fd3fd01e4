#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_ARRAYS = 8, GUARD = 256, NUM_SETS = 4 };

typedef struct {
  const char *name;
  uint64_t seed;
  int num_inputs, num_outputs;
  size_t inputs[MAX_ARRAYS], outputs[MAX_ARRAYS]; /* elements of 4 bytes */
  size_t (*workspace_size)(void);
  int (*run)(void **arrays, void *workspace);
} model;

static uint64_t state;
static uint64_t next(void) {
  uint64_t z = state += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

static uint32_t float_bits(float x) {
  uint32_t bits;
  memcpy(&bits, &x, 4);
  return bits;
}

static uint32_t ordinary(void) { return float_bits((float)((int32_t)(next() >> 44) - (1 << 19)) / 65536.0f); }
static uint32_t half(void) {
  int32_t k = (int32_t)(next() % 17) - 8;
  return k == 0 && next() % 2 ? 0x80000000u : float_bits((float)k / 2.0f);
}
static uint32_t special(void) {
  static const uint32_t numbers[] = {0x7fc00000u, 0xffc00000u, 0x7f800000u, 0xff800000u, 0x00000000u, 0x80000000u,
                                     0x00000001u, 0x80000001u, 0x7149f2cau, 0xf149f2cau, 0x3f800000u, 0xbf800000u};
  return next() % 4 ? ordinary() : numbers[next() % (sizeof numbers / sizeof *numbers)];
}

static void fill_input(uint32_t *data, size_t count, int set) {
  for (size_t i = 0; i < count; ++i)
    data[i] = set == 1 ? half() : set == 2 ? special() : ordinary();
}

static unsigned char *guarded(size_t bytes, int garbage) {
  unsigned char *p = aligned_alloc(64, (bytes + GUARD + 63) / 64 * 64);
  if (!p)
    abort();
  memset(p, garbage, bytes);
  memset(p + bytes, 0x5a, GUARD);
  return p;
}

static int guard_broken(const unsigned char *p, size_t bytes) {
  for (int i = 0; i < GUARD; ++i)
    if (p[bytes + i] != 0x5a)
      return 1;
  return 0;
}

/* One call; the outputs are the caller's. */
static uint32_t call(const model *m, uint32_t **inputs, unsigned char **outputs, int garbage) {
  void *arrays[2 * MAX_ARRAYS];
  unsigned char *copies[MAX_ARRAYS];
  uint32_t faults = 0;
  size_t bytes = m->workspace_size();
  /* The second call's workspace has no alignment at all, and then its guard. */
  size_t offset = garbage == 0xff ? 0 : 13;
  unsigned char *block = guarded(bytes + offset, garbage), *workspace = block + offset;
  int n = 0;
  for (int i = 0; i < m->num_inputs; ++i) {
    copies[i] = guarded(4 * m->inputs[i], 0);
    memcpy(copies[i], inputs[i], 4 * m->inputs[i]);
    arrays[n++] = copies[i];
  }
  for (int i = 0; i < m->num_outputs; ++i)
    arrays[n++] = outputs[i] = guarded(4 * m->outputs[i], garbage);
  if (m->run(arrays, workspace) != 0)
    faults |= 1;
  for (int i = 0; i < m->num_outputs; ++i)
    if (guard_broken(outputs[i], 4 * m->outputs[i]))
      faults |= 2;
  if (guard_broken(workspace, bytes))
    faults |= 4;
  for (int i = 0; i < m->num_inputs; ++i) {
    if (memcmp(copies[i], inputs[i], 4 * m->inputs[i]) != 0 || guard_broken(copies[i], 4 * m->inputs[i]))
      faults |= 8;
    free(copies[i]);
  }
  free(block);
  return faults;
}

static void run_set(const model *m, uint32_t index, uint32_t set) {
  uint32_t *inputs[MAX_ARRAYS];
  unsigned char *outputs[MAX_ARRAYS], *again[MAX_ARRAYS];
  state = m->seed * 1000003u + set;
  for (int i = 0; i < m->num_inputs; ++i) {
    inputs[i] = malloc(4 * m->inputs[i] + 4);
    fill_input(inputs[i], m->inputs[i], (int)set);
  }
  uint32_t faults = call(m, inputs, outputs, 0xff) | call(m, inputs, again, 0x2b);
  for (int i = 0; i < m->num_outputs; ++i)
    if (memcmp(outputs[i], again[i], 4 * m->outputs[i]) != 0)
      faults |= 16;
  uint32_t header[3] = {index, set, faults};
  fwrite(header, 4, 3, stdout);
  for (int i = 0; i < m->num_outputs; ++i) {
    fwrite(outputs[i], 4, m->outputs[i], stdout);
    free(outputs[i]);
    free(again[i]);
  }
  fflush(stdout);
  for (int i = 0; i < m->num_inputs; ++i)
    free(inputs[i]);
}

extern size_t m7037_6_workspace_size(void);
extern int m7037_6_run(void *, void *, void *, void *, void *);
static int call_m7037_6(void **a, void *w) { return m7037_6_run(a[0], a[1], a[2], a[3], w); }
static const model models[] = {
  {"m7037_6", 7037u, 1, 3, {112, 0}, {60, 768, 36, 0}, m7037_6_workspace_size, call_m7037_6},
};

int main(int argc, char **argv) {
  size_t count = sizeof models / sizeof *models;
  for (size_t i = argc > 1 ? (size_t)atol(argv[1]) : 0; i < count; ++i)
    for (int set = 0; set < NUM_SETS; ++set)
      run_set(&models[i], (uint32_t)i, (uint32_t)set);
  return 0;
}
