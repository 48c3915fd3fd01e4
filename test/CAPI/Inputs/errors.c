/* errors.c MODEL.mlir: every misuse gives a status and a message, and nothing else. */
#include "check.h"

static float x[8], y[8];
static const int64_t x_shape[2] = {2, 4}, y_shape[2] = {2, 3}, turned[2] = {4, 2};

static char *slurp(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  CHECK(file);
  char *data = malloc(1 << 20);
  *size = fread(data, 1, 1 << 20, file);
  fclose(file);
  return data;
}

static void spill(const char *path, const char *data, size_t size) {
  FILE *file = fopen(path, "wb");
  CHECK(file && fwrite(data, 1, size, file) == size);
  fclose(file);
}

static void handles(bnn_context context, const char *path) {
  bnn_module module, other;
  OK(bnn_module_read(context, path, NULL, 0, &module, &error));
  bnn_module_destroy(module);
  bnn_module_destroy(module);
  bnn_module_destroy(NULL);
  char *text;
  FAILS(bnn_module_describe(module, &text, &error), BNN_INVALID_HANDLE, "the module handle is not alive");
  FAILS(bnn_module_clone(NULL, &other, &error), BNN_INVALID_HANDLE, "the module handle is NULL");
  FAILS(bnn_module_print((bnn_module)context, 0, &text, &error), BNN_INVALID_HANDLE, "no module at all");
  /* The memory of a dead object is used again; its handle is not. */
  for (int i = 0; i < 100; ++i) {
    bnn_context another;
    OK(bnn_context_create(&another, &error));
    CHECK(another != context && (void *)another != (void *)module);
    bnn_context_destroy(another);
    FAILS(bnn_module_read(another, path, NULL, 0, &other, &error), BNN_INVALID_HANDLE, "the context handle");
  }
  bnn_artifact artifact;
  bnn_buffer bytes;
  bnn_model model;
  OK(bnn_module_read(context, path, NULL, 0, &module, &error));
  OK(bnn_module_compile(module, NULL, &artifact, &error));
  bnn_module_destroy(module);
  OK(bnn_model_load(artifact, &model, &error));
  bnn_artifact_destroy(artifact);
  FAILS(bnn_artifact_emit(artifact, BNN_EMIT_OBJECT, &bytes, &error), BNN_INVALID_HANDLE, "artifact");
  FAILS(bnn_model_load(artifact, &model, &error), BNN_INVALID_HANDLE, "artifact");
  bnn_model_destroy(model);
  const void *inputs[1] = {x};
  void *outputs[1] = {y};
  CHECK(bnn_model_run(model, inputs, outputs, NULL) == BNN_INVALID_HANDLE);
  CHECK(bnn_model_time(model, inputs, outputs, NULL, 0, NULL) == BNN_INVALID_HANDLE);
  CHECK(bnn_model_workspace_size(model) == 0);
  bnn_tensor in = floats(x, 2, x_shape), out = floats(y, 2, y_shape);
  FAILS(bnn_model_call(model, &in, 1, &out, 1, &error), BNN_INVALID_HANDLE, "the model handle");
  FAILS(bnn_context_create(NULL, &error), BNN_INVALID_ARGUMENT, "'context' is NULL");
  /* Without a place for the text the status alone tells. */
  CHECK(bnn_module_describe(NULL, &text, NULL) == BNN_INVALID_HANDLE);
}

static void arrays(bnn_context context, const char *path) {
  bnn_module module;
  bnn_artifact artifact;
  bnn_model model;
  OK(bnn_module_read(context, path, NULL, 0, &module, &error));
  OK(bnn_module_compile(module, NULL, &artifact, &error));
  OK(bnn_model_load(artifact, &model, &error));
  const bnn_tensor good = floats(x, 2, x_shape);
  bnn_tensor in = good, out = floats(y, 2, y_shape);
#define CALL(text)                                                                                           \
  FAILS(bnn_model_call(model, &in, 1, &out, 1, &error), BNN_INVALID_ARGUMENT, text);                         \
  in = good
  in.type_bits = 64;
  CALL("input 'x' must be float32[2, 4] and is float64[2, 4]");
  in.type_code = 0;
  CALL("input 'x' must be float32[2, 4] and is int32[2, 4]");
  in.type_code = 5;
  CALL("has an element type that no model has (code 5, 32 bits)");
  in.type_lanes = 4;
  CALL("has an element type that no model has");
  in.shape = turned;
  CALL("input 'x' must be float32[2, 4] and is float32[4, 2]");
  in.ndim = 1;
  CALL("input 'x' must be float32[2, 4] and is float32[2]");
  in.device_type = 2;
  CALL("input 'x' is on DLPack device 2:0; models run on the CPU");
  in.data = NULL;
  CALL("input 'x' has no data");
  in.byte_offset = 2;
  CALL("input 'x' is not aligned to its elements of 4 bytes");
  int64_t columns[2] = {1, 2};
  in.strides = columns;
  CALL("input 'x' must be in row-major order without gaps");
  out.shape = x_shape;
  CALL("output 'logits' must be float32[2, 3] and is float32[2, 4]");
  FAILS(bnn_model_call(model, &in, 2, &out, 1, &error), BNN_INVALID_ARGUMENT,
        "the model has 1 inputs, and 2");
  FAILS(bnn_model_call(model, NULL, 1, &out, 1, &error), BNN_INVALID_ARGUMENT,
        "the model has 1 inputs, and 0");
  char *json;
  in.type_bits = 16;
  FAILS(bnn_module_verify(module, NULL, &in, 1, 0, &json, &error), BNN_INVALID_ARGUMENT,
        "input 'x' must be float32[2, 4] and is float16[2, 4]");
  const void *inputs[1] = {NULL};
  void *outputs[1] = {y};
  CHECK(bnn_model_run(model, inputs, outputs, NULL) == BNN_INVALID_ARGUMENT);
  CHECK(bnn_model_run(model, NULL, outputs, NULL) == BNN_INVALID_ARGUMENT);
  bnn_model_destroy(model);
  bnn_artifact_destroy(artifact);
  bnn_module_destroy(module);
}

static void options(bnn_context context, const char *path) {
  bnn_module module;
  bnn_artifact artifact;
  bnn_model model;
  char *json;
  OK(bnn_module_read(context, path, NULL, 0, &module, &error));
  bnn_compile_options given = {0};
  FAILS(bnn_module_compile(module, &given, &artifact, &error), BNN_INVALID_ARGUMENT, "'struct_size'");
  given.struct_size = sizeof(given);
  given.target = "riscv64";
  FAILS(bnn_module_compile(module, &given, &artifact, &error), BNN_INVALID_ARGUMENT,
        "unknown target 'riscv64'");
  given.struct_size = sizeof(size_t); /* an older program, which knew no options */
  OK(bnn_module_compile(module, &given, &artifact, &error));
  bnn_artifact_destroy(artifact);
  given.struct_size = sizeof(given);
  given.target = "x86-64";
  given.cpu = "skylaek";
  FAILS(bnn_module_inspect(module, &given, &json, &error), BNN_INVALID_ARGUMENT, "did you mean 'skylake'");
  given.target = "aarch64";
  given.cpu = NULL;
  OK(bnn_module_compile(module, &given, &artifact, &error));
#ifdef __x86_64__
  FAILS(bnn_model_load(artifact, &model, &error), BNN_INVALID_MODEL, "does not run on this machine");
#endif
  FAILS(bnn_artifact_write(artifact, BNN_EMIT_OBJECT, "absent/x.o", &error), BNN_IO_ERROR, "absent/x.o");
  FAILS(bnn_artifact_emit(artifact, (bnn_emit)99, (bnn_buffer *)&given, &error), BNN_INVALID_ARGUMENT,
        "bnn_emit");
  bnn_artifact_destroy(artifact);
  given.reference = 1;
  FAILS(bnn_module_verify(module, &given, NULL, 0, 1, &json, &error), BNN_INVALID_ARGUMENT, "with itself");
  FAILS(bnn_module_run_pipeline(module, "no-such-pass", &error), BNN_INVALID_MODEL, "no-such-pass");
  FAILS(bnn_module_run_pipeline(module, NULL, &error), BNN_INVALID_ARGUMENT, "NULL");
  bnn_module_destroy(module);
}

static void models(bnn_context context) {
  bnn_module module;
  FAILS(bnn_module_read(context, "absent.onnx", NULL, 0, &module, &error), BNN_IO_ERROR,
        "absent.onnx: No such file");
  FAILS(bnn_module_read(context, "/", NULL, 0, &module, &error), BNN_IO_ERROR, "irectory");
  FAILS(bnn_module_parse(context, "nonsense", 8, BNN_FORMAT_ONNX, NULL, NULL, NULL, 0, &module, &error),
        BNN_INVALID_MODEL, "is not an ONNX model");
  FAILS(bnn_module_parse(context, "module {", 8, BNN_FORMAT_MLIR, "x.mlir", NULL, NULL, 0, &module, &error),
        BNN_INVALID_MODEL, "x.mlir:1:");
  /* All unsupported layers in one message. */
  const char *odd =
      "ir_version: 8 opset_import { version: 17 } graph { name: 'g'"
      " node { op_type: 'LSTM' name: 'cell' input: 'x' output: 'a' }"
      " node { op_type: 'Einsum' name: 'sum' input: 'a' output: 'y' }"
      " input { name: 'x' type { tensor_type { elem_type: 1 shape { dim { dim_value: 2 } } } } }"
      " output { name: 'y' type { tensor_type { elem_type: 1 } } } }";
  char *error = NULL;
  CHECK(bnn_module_parse(context, odd, strlen(odd), BNN_FORMAT_ONNX_TEXT, NULL, NULL, NULL, 0, &module,
                         &error) == BNN_INVALID_MODEL);
  CHECK(error && strstr(error, "LSTM") && strstr(error, "'cell'") && strstr(error, "Einsum"));
  bnn_free(error);
  int64_t zero = 0;
  bnn_input_shape shape = {"x", &zero, 1};
  FAILS(bnn_module_parse(context, odd, strlen(odd), BNN_FORMAT_ONNX_TEXT, NULL, NULL, &shape, 1, &module,
                         &error),
        BNN_INVALID_ARGUMENT, "the shape of input 'x'");
}

/* A model file with any byte changed, or cut anywhere, is refused or, where the checksum does not look, read.
 */
static void files(bnn_context context, const char *path) {
  bnn_module module;
  bnn_artifact artifact;
  OK(bnn_module_read(context, path, NULL, 0, &module, &error));
  OK(bnn_module_compile(module, NULL, &artifact, &error));
  OK(bnn_artifact_write(artifact, BNN_EMIT_MODEL, "good.bnn", &error));
  bnn_artifact_destroy(artifact);
  bnn_module_destroy(module);
  size_t size;
  char *data = slurp("good.bnn", &size);
  CHECK(size > 1000);
  for (size_t i = 0; i < size; i += i < 64 ? 1 : 37) {
    data[i] ^= 0x40;
    FAILS(bnn_artifact_parse(data, size, &artifact, &error), BNN_INVALID_MODEL, "the data ");
    data[i] ^= 0x40;
    FAILS(bnn_artifact_parse(data, i, &artifact, &error), BNN_INVALID_MODEL, "the data ");
  }
  data[size / 2] ^= 1;
  spill("damaged.bnn", data, size);
  FAILS(bnn_artifact_read("damaged.bnn", &artifact, &error), BNN_INVALID_MODEL, "'damaged.bnn' is damaged");
  spill("short.bnn", data, size / 2);
  FAILS(bnn_artifact_read("short.bnn", &artifact, &error), BNN_INVALID_MODEL, "is cut off or damaged");
  FAILS(bnn_artifact_read(path, &artifact, &error), BNN_INVALID_MODEL, "is not a compiled model");
  FAILS(bnn_artifact_read("absent.bnn", &artifact, &error), BNN_IO_ERROR, "absent.bnn: No such file");
  free(data);
}

int main(int argc, char **argv) {
  CHECK(argc == 2);
  bnn_context context;
  OK(bnn_context_create(&context, &error));
  handles(context, argv[1]);
  arrays(context, argv[1]);
  options(context, argv[1]);
  models(context);
  files(context, argv[1]);
  bnn_context_destroy(context);
  puts("errors: ok");
  return 0;
}
