/* threads.c MODEL.mlir: threads compile in one context and in their own, run one model, and one destroys it.
 */
#include "check.h"

#include <pthread.h>

enum { threads = 4, runs = 2000 };

static const char *path;
static bnn_context shared;
static bnn_model model;
static const float x[8] = {1, -1, 1, 1, -1, -1, -1, 2};
static const float expected[6] = {2, 0, 1, 0, 0, -1};

static void compile(bnn_context context) {
  bnn_module module;
  bnn_artifact artifact;
  bnn_model own;
  OK(bnn_module_read(context, path, NULL, 0, &module, &error));
  OK(bnn_module_compile(module, NULL, &artifact, &error));
  OK(bnn_model_load(artifact, &own, &error));
  bnn_module_destroy(module);
  bnn_artifact_destroy(artifact);
  const void *inputs[1] = {x};
  float y[6];
  void *outputs[1] = {y};
  CHECK(bnn_model_run(own, inputs, outputs, NULL) == BNN_OK && !memcmp(y, expected, sizeof(y)));
  bnn_model_destroy(own);
}

static void *work(void *index) {
  compile(shared);
  bnn_context own;
  OK(bnn_context_create(&own, &error));
  compile(own);
  bnn_context_destroy(own);
  for (int i = 0; i < runs; ++i) {
    float y[6] = {0};
    const void *inputs[1] = {x};
    void *outputs[1] = {y};
    bnn_status status = bnn_model_run(model, inputs, outputs, NULL);
    if (status == BNN_INVALID_HANDLE) /* the first thread was quicker */
      break;
    CHECK(status == BNN_OK && !memcmp(y, expected, sizeof(y)));
    if (*(int *)index == 0 && i == runs / 2)
      bnn_model_destroy(model);
  }
  return NULL;
}

int main(int argc, char **argv) {
  CHECK(argc == 2);
  path = argv[1];
  bnn_module module;
  bnn_artifact artifact;
  OK(bnn_context_create(&shared, &error));
  OK(bnn_module_read(shared, path, NULL, 0, &module, &error));
  OK(bnn_module_compile(module, NULL, &artifact, &error));
  OK(bnn_model_load(artifact, &model, &error));
  pthread_t ids[threads];
  int numbers[threads];
  for (int i = 0; i < threads; ++i) {
    numbers[i] = i;
    CHECK(!pthread_create(&ids[i], NULL, work, &numbers[i]));
  }
  for (int i = 0; i < threads; ++i)
    pthread_join(ids[i], NULL);
  bnn_artifact_destroy(artifact);
  bnn_module_destroy(module);
  bnn_context_destroy(shared);
  puts("threads: ok");
  return 0;
}
