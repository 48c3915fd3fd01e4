/*===- bnn-c/BNN.h - C interface of the compiler ------------------*- C -*-===*\
|*                                                                            *|
|* Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.      *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* From a model to machine code, and to a call:                               *|
|*                                                                            *|
|*   context -> module -> artifact -> model                                   *|
|*              read,     object,     loaded into                             *|
|*              change    header, ... this process, run                       *|
|*                                                                            *|
|*   bnn_context context; bnn_module module; bnn_artifact artifact;           *|
|*   bnn_model model; char *error = NULL;                                     *|
|*   if (bnn_context_create(&context, &error) ||                              *|
|*       bnn_module_read(context, "net.onnx", NULL, 0, &module, &error) ||    *|
|*       bnn_module_compile(module, NULL, &artifact, &error) ||               *|
|*       bnn_model_load(artifact, &model, &error))                            *|
|*     { fputs(error, stderr); bnn_free(error); return 1; }                   *|
|*   bnn_model_run(model, inputs, outputs, NULL);                             *|
|*                                                                            *|
|* Handles. A handle is a number dressed as a pointer. Numbers are never used *|
|* twice: a handle that was destroyed, or is none, gives                      *|
|* BNN_INVALID_HANDLE. Destroying NULL or a dead handle does nothing. Handles *|
|* may be destroyed in any order, also while another thread uses them: what   *|
|* is behind one lives until the last call that uses it returns.              *|
|*                                                                            *|
|* Errors. A function that can fail returns a bnn_status, BNN_OK being 0. If  *|
|* `error` is not NULL, it receives NULL, or a text that the caller frees     *|
|* with bnn_free: one line for each diagnostic, as `bnnc` prints them.        *|
|* Outputs are written on success only.                                       *|
|*                                                                            *|
|* Threads. Every function may be called from any thread. Calls that work on  *|
|* modules of one context wait for each other; contexts are independent.      *|
|* The library starts no threads.                                             *|
|*                                                                            *|
|* Texts are UTF-8. The library prints nothing and installs no signal handler.*|
\*===----------------------------------------------------------------------===*/

#ifndef BNN_C_BNN_H
#define BNN_C_BNN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define BNN_API __attribute__((visibility("default")))
#else
#define BNN_API
#endif

/* Of this header. It grows with every addition; the library is compatible with programs that were compiled
 * against a smaller number. */
#define BNN_C_API_VERSION 1

/* The library's BNN_C_API_VERSION, and the version of the compiler as a static text such as "0.1.0". */
BNN_API unsigned bnn_api_version(void);
BNN_API const char *bnn_version(void);

typedef enum bnn_status {
  BNN_OK = 0,
  /* A null pointer, an unknown name, or an array whose type, shape or device does not fit. */
  BNN_INVALID_ARGUMENT = 1,
  /* A handle that was destroyed, or is of another kind. */
  BNN_INVALID_HANDLE = 2,
  /* A model that cannot be read, compiled or loaded: the error holds the compiler's diagnostics. */
  BNN_INVALID_MODEL = 3,
  /* A file that cannot be read or written. */
  BNN_IO_ERROR = 4
} bnn_status;

typedef struct bnn_context_handle *bnn_context;
typedef struct bnn_module_handle *bnn_module;
typedef struct bnn_artifact_handle *bnn_artifact;
typedef struct bnn_model_handle *bnn_model;
typedef struct bnn_sensitivity_handle *bnn_sensitivity;

/* Bytes that the caller frees with bnn_free(data). `data` is never NULL, and a zero byte follows it. */
typedef struct bnn_buffer {
  char *data;
  size_t size;
} bnn_buffer;

/* Frees what the library gave: error texts, JSON, and the data of buffers. NULL is fine. */
BNN_API void bnn_free(void *pointer);

/*===-- Contexts ----------------------------------------------------------===*/

/* Everything that modules share. Cheap: a context for each model is a good habit. */
BNN_API bnn_status bnn_context_create(bnn_context *context, char **error);
BNN_API void bnn_context_destroy(bnn_context context);

/*===-- Modules -----------------------------------------------------------===*/

/* The shape of an input that an ONNX model leaves open. The name "" stands for the only input. */
typedef struct bnn_input_shape {
  const char *name;
  const int64_t *extents;
  size_t rank;
} bnn_input_shape;

typedef enum bnn_format {
  BNN_FORMAT_ONNX = 0,      /* protobuf's wire format */
  BNN_FORMAT_ONNX_TEXT = 1, /* protobuf's text format */
  BNN_FORMAT_MLIR = 2       /* MLIR, text or bytecode */
} bnn_format;

/* Reads a file: ONNX (also .onnxtxt), MLIR text or bytecode, told apart by name and first bytes. */
BNN_API bnn_status bnn_module_read(bnn_context context, const char *path, const bnn_input_shape *shapes,
                                   size_t num_shapes, bnn_module *module, char **error);

/* Reads a model in memory, which is not needed afterwards. `name` becomes the name of the entry function of
 * an ONNX model ("model" if NULL); its external tensor data is searched in `folder`, and refused if that is
 * NULL. */
BNN_API bnn_status bnn_module_parse(bnn_context context, const void *data, size_t size, bnn_format format,
                                    const char *name, const char *folder, const bnn_input_shape *shapes,
                                    size_t num_shapes, bnn_module *module, char **error);

BNN_API bnn_status bnn_module_clone(bnn_module module, bnn_module *copy, char **error);
BNN_API void bnn_module_destroy(bnn_module module);

/* Runs passes and pipelines by their names in bnn-opt, such as "bnn-optimize,bnn-to-kernels" or
 * "builtin.module(func.func(canonicalize))". After a failure the module is as the failing pass left it. */
BNN_API bnn_status bnn_module_run_pipeline(bnn_module module, const char *pipeline, char **error);

/* MLIR as text, with the locations that name layers, or as bytecode. */
BNN_API bnn_status bnn_module_print(bnn_module module, int with_locations, char **text, char **error);
BNN_API bnn_status bnn_module_bytecode(bnn_module module, bnn_buffer *bytes, char **error);

/* What the model takes and gives, as JSON:
 *   {"name": "net", "inputs": [{"name": "x", "type": "float32", "shape": [1, 3, 8, 8]}], "outputs": [...]} */
BNN_API bnn_status bnn_module_describe(bnn_module module, char **json, char **error);

/*===-- Compiling ---------------------------------------------------------===*/

/* Zero-initialize, then set struct_size = sizeof(bnn_compile_options). NULL for options means all defaults.
 */
typedef struct bnn_compile_options {
  size_t struct_size;
  /* "native" (default), "x86-64", "aarch64" or an ELF triple of one of the two. */
  const char *target;
  /* LLVM's name; NULL: this machine's for "native", else the baseline of the architecture. */
  const char *cpu;
  /* CPU features to add and take away, such as "+avx512vnni,-fma". */
  const char *features;
  /* Prefix of the exported functions; NULL: the name of the model. */
  const char *name;
  /* Folder for the IR after each stage; NULL: none. */
  const char *dump_folder;
  /* Not 0: plain loops on unpacked values instead of kernels. Slow; for comparisons. */
  int reference;
} bnn_compile_options;

/* Compiles a copy of the module; the module stays as it is. */
BNN_API bnn_status bnn_module_compile(bnn_module module, const bnn_compile_options *options,
                                      bnn_artifact *artifact, char **error);

/* Compiles a copy and says what was chosen for each layer: the JSON of `bnnc inspect --json`. */
BNN_API bnn_status bnn_module_inspect(bnn_module module, const bnn_compile_options *options, char **json,
                                      char **error);

/*===-- Artifacts ---------------------------------------------------------===*/

typedef enum bnn_emit {
  BNN_EMIT_OBJECT = 0,   /* ELF object file */
  BNN_EMIT_HEADER = 1,   /* the C header that declares its functions */
  BNN_EMIT_ASSEMBLY = 2, /* text */
  BNN_EMIT_LLVM_IR = 3,  /* text, optimized */
  BNN_EMIT_ARCHIVE = 4,  /* static library with the object */
  BNN_EMIT_MODEL = 5     /* one file that bnn_artifact_read takes: object, signature, annotations */
} bnn_emit;

BNN_API bnn_status bnn_artifact_emit(bnn_artifact artifact, bnn_emit kind, bnn_buffer *bytes, char **error);

/* The same into a file, which appears whole or not at all. */
BNN_API bnn_status bnn_artifact_write(bnn_artifact artifact, bnn_emit kind, const char *path, char **error);

/* Reads what BNN_EMIT_MODEL wrote. Only a checksum guards the file against damage; loading it into a process
 * runs its machine code, so treat it like a program. Such an artifact has no assembly and no LLVM IR. */
BNN_API bnn_status bnn_artifact_read(const char *path, bnn_artifact *artifact, char **error);
BNN_API bnn_status bnn_artifact_parse(const void *data, size_t size, bnn_artifact *artifact, char **error);

/* As bnn_module_describe, and "triple", "cpu", "features", "workspace_bytes" and "annotations". */
BNN_API bnn_status bnn_artifact_describe(bnn_artifact artifact, char **json, char **error);

/* A text of the caller's that BNN_EMIT_MODEL stores under `key`, replacing an older one. */
BNN_API bnn_status bnn_artifact_annotate(bnn_artifact artifact, const char *key, const char *text,
                                         char **error);
BNN_API void bnn_artifact_destroy(bnn_artifact artifact);

/*===-- Models ------------------------------------------------------------===*/

/* Loads the artifact's machine code, which must be made for this machine, into this process. */
BNN_API bnn_status bnn_model_load(bnn_artifact artifact, bnn_model *model, char **error);

/* Waits for no running call: they end before the code goes away. */
BNN_API void bnn_model_destroy(bnn_model model);

/* Bytes of scratch memory for one call; 0 for a dead handle. */
BNN_API size_t bnn_model_workspace_size(bnn_model model);

/* Runs the model on arrays in row-major order, in the order of the signature, aligned to their elements and
 * apart from each other. Trusts the pointers. With NULL for `workspace`, the model provides one and keeps it
 * for later calls. Returns BNN_OK, BNN_INVALID_HANDLE, or BNN_INVALID_ARGUMENT for a null pointer. */
BNN_API bnn_status bnn_model_run(bnn_model model, const void *const *inputs, void *const *outputs,
                                 void *workspace);

/* The same `runs` times, writing the seconds that each took. */
BNN_API bnn_status bnn_model_time(bnn_model model, const void *const *inputs, void *const *outputs,
                                  void *workspace, size_t runs, double *seconds);

/* An array with its description, laid out like DLPack's DLTensor, so that one can be passed instead.
 * https://dmlc.github.io/dlpack */
typedef struct bnn_tensor {
  void *data;
  int32_t device_type; /* 1 is the CPU, the only device accepted */
  int32_t device_id;
  int32_t ndim;
  uint8_t type_code; /* 0 signed, 1 unsigned, 2 float, 4 bfloat, 6 bool */
  uint8_t type_bits;
  uint16_t type_lanes; /* 1 */
  const int64_t *shape;
  const int64_t *strides; /* in elements; NULL for row-major order, the only one accepted */
  uint64_t byte_offset;
} bnn_tensor;

/* Runs the model after comparing types, shapes, strides, alignment and devices with the signature; the error
 * names the array that does not fit. */
BNN_API bnn_status bnn_model_call(bnn_model model, const bnn_tensor *inputs, size_t num_inputs,
                                  const bnn_tensor *outputs, size_t num_outputs, char **error);

/* Compares the fast code of a module with the reference, layer by layer: integers bit for bit, floats within
 * 1e-5 of max(1, |x|). Without inputs (num_inputs is 0) they are random, the same for the same seed. JSON:
 *   {"passed": true, "first_different": null, "ties": 0, "layers": [{"name", "what", "elements", "different",
 *    "ties", "max_error", and for differences "first_index", "fast", "reference"}], "outputs": [...],
 *    "quantizers": [...], of the model as imported, where only the outputs differ} */
BNN_API bnn_status bnn_module_verify(bnn_module module, const bnn_compile_options *options,
                                     const bnn_tensor *inputs, size_t num_inputs, uint64_t seed, char **json,
                                     char **error);

/*===-- Choosing bits -----------------------------------------------------===*/

/* Calibration data have the names of the model's inputs and any number of samples in their first dimension;
 * an array of integers called "labels" holds classes. docs/allocation.md describes tables and assignments,
 * all JSON. */
typedef struct bnn_array {
  const char *name;
  bnn_tensor tensor;
} bnn_array;

/* Zero-initialize, then set struct_size. NULL stands for all defaults. */
typedef struct bnn_sensitivity_options {
  size_t struct_size;
  /* Such as "2,4,8"; NULL: "2,4,6,8" for weights and "8" for activations. */
  const char *weight_bits;
  const char *activation_bits;
  /* Not 0: time each layer alone on this machine. */
  int measure_latency;
  /* Not 0: the increase of the loss on "labels" instead of the noise of the outputs. */
  int use_loss;
} bnn_sensitivity_options;

/* How much a model suffers when one layer at a time gets few bits. Runs a copy of the module once on all
 * data; every layer and choice of bits is a job then, which needs no other. */
BNN_API bnn_status bnn_sensitivity_create(bnn_module module, const bnn_compile_options *options,
                                          const bnn_sensitivity_options *how, const bnn_array *data,
                                          size_t num_arrays, bnn_sensitivity *sensitivity, char **error);
BNN_API void bnn_sensitivity_destroy(bnn_sensitivity sensitivity);

/* The jobs in order: [{"layer": "conv1", "bits": 4, "activation_bits": 8}, ...]. */
BNN_API bnn_status bnn_sensitivity_jobs(bnn_sensitivity sensitivity, char **json, char **error);

/* Runs a job by its index. Equal models, options and data give equal jobs, also in other processes. */
BNN_API bnn_status bnn_sensitivity_evaluate(bnn_sensitivity sensitivity, size_t job, char **json,
                                            char **error);

/* The table of the results of all jobs. `costs` is NULL or a table whose costs are added. */
BNN_API bnn_status bnn_sensitivity_table(bnn_sensitivity sensitivity, const char *const *results,
                                         size_t num_results, const char *costs, const char *source,
                                         char **json, char **error);

typedef enum bnn_solver { BNN_SOLVER_AUTOMATIC = 0, BNN_SOLVER_EXACT = 1, BNN_SOLVER_GENETIC = 2 } bnn_solver;

/* Zero-initialize, then set struct_size. */
typedef struct bnn_allocation_options {
  size_t struct_size;
  /* Such as "size:200KB" or "bops:0.5"; all hold. */
  const char *const *budgets;
  size_t num_budgets;
  /* Such as "4:0.02". */
  const char *const *mean_bits;
  size_t num_mean_bits;
  /* To choose from; NULL: all of the table. */
  const char *bits;
  int solver;
  uint64_t seed;
} bnn_allocation_options;

/* The best bits within the budgets: {"assignment": {...}, "objective", "gap", "cost": {...}, "budget":
 * {...}}. */
BNN_API bnn_status bnn_allocate(const char *table, const bnn_allocation_options *how, char **json,
                                char **error);

/* Gives the layers of an imported module the bits of an assignment, with scales from the calibration data. */
BNN_API bnn_status bnn_module_quantize(bnn_module module, const char *assignment, const bnn_array *data,
                                       size_t num_arrays, char **error);

#ifdef __cplusplus
}
#endif

#endif /* BNN_C_BNN_H */
