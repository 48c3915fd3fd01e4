/* round.c MODEL.mlir: a model through every function of the C API, to numbers that are known. */
#include "check.h"

static const float x[8] = {1, -1, 1, 1, -1, -1, -1, 2};
static const float expected[6] = {2, 0, 1, 0, 0, -1};
static const int64_t x_shape[2] = {2, 4}, y_shape[2] = {2, 3};

static void run(bnn_artifact artifact) {
  bnn_model model;
  OK(bnn_model_load(artifact, &model, &error));
  float y[6] = {9, 9, 9, 9, 9, 9}, z[6] = {0};
  const void *inputs[1] = {x};
  void *outputs[1] = {y};
  CHECK(bnn_model_run(model, inputs, outputs, NULL) == BNN_OK);
  CHECK(!memcmp(y, expected, sizeof(y)));
  size_t size = bnn_model_workspace_size(model);
  void *workspace = malloc(size + 1);
  outputs[0] = z;
  CHECK(bnn_model_run(model, inputs, outputs, workspace) == BNN_OK);
  CHECK(!memcmp(z, expected, sizeof(z)));
  free(workspace);
  double seconds[5];
  CHECK(bnn_model_time(model, inputs, outputs, NULL, 5, seconds) == BNN_OK);
  for (int i = 0; i < 5; ++i)
    CHECK(seconds[i] >= 0 && seconds[i] < 10);
  memset(z, 0, sizeof(z));
  int64_t strides[2] = {4, 1};
  bnn_tensor in = floats((float *)x, 2, x_shape), out = floats(z, 2, y_shape);
  in.strides = strides;
  in.data = (char *)x - 8; /* what DLPack does to arrays within others */
  in.byte_offset = 8;
  OK(bnn_model_call(model, &in, 1, &out, 1, &error));
  CHECK(!memcmp(z, expected, sizeof(z)));
  bnn_model_destroy(model);
}

static char *emit(bnn_artifact artifact, bnn_emit kind, const char *begin, const char *part) {
  bnn_buffer bytes;
  OK(bnn_artifact_emit(artifact, kind, &bytes, &error));
  CHECK(bytes.size > strlen(begin) && !memcmp(bytes.data, begin, strlen(begin)));
  CHECK(bytes.data[bytes.size] == 0);
  if (part)
    CHECK(strstr(bytes.data, part));
  return bytes.data;
}

int main(int argc, char **argv) {
  CHECK(argc == 2);
  CHECK(bnn_api_version() == BNN_C_API_VERSION && strchr(bnn_version(), '.'));
  bnn_context context;
  bnn_module module, copy;
  OK(bnn_context_create(&context, &error));
  OK(bnn_module_read(context, argv[1], NULL, 0, &module, &error));

  char *text;
  OK(bnn_module_describe(module, &text, &error));
  CHECK(!strcmp(text,
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[2,4],\"type\":\"float32\"}],\"name\":\"dense\","
                "\"outputs\":[{\"name\":\"logits\",\"shape\":[2,3],\"type\":\"float32\"}]}"));
  bnn_free(text);
  OK(bnn_module_inspect(module, NULL, &text, &error));
  CHECK(strstr(text, "\"op\": \"bnn.matmul\"") && strstr(text, "\"weight_bits\": 1"));
  bnn_free(text);
  OK(bnn_module_verify(module, NULL, NULL, 0, 7, &text, &error));
  CHECK(strstr(text, "\"passed\":true") && strstr(text, "\"first_different\":null"));
  bnn_free(text);
  bnn_tensor in = floats((float *)x, 2, x_shape);
  OK(bnn_module_verify(module, NULL, &in, 1, 0, &text, &error));
  CHECK(strstr(text, "\"passed\":true"));
  bnn_free(text);

  /* A pipeline changes the module that it runs on, and no other. */
  OK(bnn_module_clone(module, &copy, &error));
  OK(bnn_module_run_pipeline(copy, "bnn-reference", &error));
  OK(bnn_module_print(copy, 0, &text, &error));
  CHECK(strstr(text, "llvm.func") && !strstr(text, "bnn.matmul"));
  bnn_free(text);
  bnn_module_destroy(copy);
  OK(bnn_module_print(module, 1, &text, &error));
  CHECK(strstr(text, "bnn.matmul") && strstr(text, "loc("));
  OK(bnn_module_parse(context, text, strlen(text), BNN_FORMAT_MLIR, NULL, NULL, NULL, 0, &copy, &error));
  bnn_free(text);
  bnn_module_destroy(copy);
  bnn_buffer bytes;
  OK(bnn_module_bytecode(module, &bytes, &error));
  OK(bnn_module_parse(context, bytes.data, bytes.size, BNN_FORMAT_MLIR, NULL, NULL, NULL, 0, &copy, &error));
  bnn_free(bytes.data);

  bnn_artifact artifact;
  OK(bnn_module_compile(copy, NULL, &artifact, &error));
  bnn_module_destroy(copy);
  /* The context goes before what was made in it. */
  bnn_context_destroy(context);
  OK(bnn_module_describe(module, &text, &error));
  bnn_free(text);
  bnn_module_destroy(module);

  run(artifact);
  bnn_free(emit(artifact, BNN_EMIT_OBJECT, "\177ELF", NULL));
  bnn_free(emit(artifact, BNN_EMIT_HEADER, "/* dense", "int dense_run(const float *x, float *logits"));
  bnn_free(emit(artifact, BNN_EMIT_ASSEMBLY, "\t", "dense_run:"));
  bnn_free(emit(artifact, BNN_EMIT_LLVM_IR, "; ModuleID", "@dense_run("));
  bnn_free(emit(artifact, BNN_EMIT_ARCHIVE, "!<arch>\n", NULL));
  OK(bnn_artifact_annotate(artifact, "note", "two\nlines \"quoted\"", &error));
  OK(bnn_artifact_write(artifact, BNN_EMIT_MODEL, "dense.bnn", &error));
  bnn_artifact_destroy(artifact);

  OK(bnn_artifact_read("dense.bnn", &artifact, &error));
  OK(bnn_artifact_describe(artifact, &text, &error));
  CHECK(strstr(text, "\"note\":\"two\\nlines \\\"quoted\\\"\"") && strstr(text, "\"workspace_bytes\":"));
  bnn_free(text);
  run(artifact);
  bnn_free(emit(artifact, BNN_EMIT_HEADER, "/* dense", "DENSE_WORKSPACE_SIZE"));
  FAILS(bnn_artifact_emit(artifact, BNN_EMIT_ASSEMBLY, &bytes, &error), BNN_INVALID_ARGUMENT,
        "has machine code only: compile it again");
  bnn_artifact_destroy(artifact);
  puts("round: ok");
  return 0;
}
