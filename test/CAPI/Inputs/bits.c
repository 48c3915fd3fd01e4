/* bits.c MODEL.mlir: sensitivities of a layer, bits within a budget, and a module of those bits. */
#include "check.h"

static const char *const table =
    "{\"layers\": ["
    "{\"name\": \"a\", \"sensitivity\": {\"2\": 5, \"8\": 1}, \"cost\": {\"size\": {\"2\": 2, \"8\": 8}}},"
    "{\"name\": \"b\", \"sensitivity\": {\"2\": 3, \"8\": 1}, \"cost\": {\"size\": {\"2\": 2, \"8\": 8}}}]}";

static void allocate(void) {
  char *text;
  const char *budget = "size:10B";
  bnn_allocation_options how = {0};
  how.struct_size = sizeof(how);
  how.budgets = &budget;
  how.num_budgets = 1;
  OK(bnn_allocate(table, &how, &text, &error));
  /* Only one layer can have 8 bits; the first gains more. */
  CHECK(strstr(text, "\"bits\": \"82\"") && strstr(text, "\"objective\": 4"));
  bnn_free(text);
  budget = "size:3B";
  FAILS(bnn_allocate(table, &how, &text, &error), BNN_INVALID_ARGUMENT, "size");
  budget = "size";
  FAILS(bnn_allocate(table, &how, &text, &error), BNN_INVALID_ARGUMENT, "size");
  budget = "size:1.0";
  how.bits = "2,99";
  FAILS(bnn_allocate(table, &how, &text, &error), BNN_INVALID_ARGUMENT, "99");
  how.bits = NULL;
  how.solver = 7;
  FAILS(bnn_allocate(table, &how, &text, &error), BNN_INVALID_ARGUMENT, "'solver'");
  FAILS(bnn_allocate("{", NULL, &text, &error), BNN_INVALID_ARGUMENT, "");
  FAILS(bnn_allocate(NULL, NULL, &text, &error), BNN_INVALID_ARGUMENT, "'table' is NULL");
}

int main(int argc, char **argv) {
  CHECK(argc == 2);
  allocate();
  bnn_context context;
  bnn_module module;
  bnn_sensitivity sensitivity;
  OK(bnn_context_create(&context, &error));
  OK(bnn_module_read(context, argv[1], NULL, 0, &module, &error));
  float x[40];
  for (int i = 0; i < 40; ++i)
    x[i] = (float)(i * 7 % 11) - 5;
  int64_t shape[3] = {5, 2, 4}, wrong[3] = {5, 2, 3};
  bnn_array data = {"x", floats(x, 3, shape)};
  bnn_sensitivity_options how = {0};
  how.struct_size = sizeof(how);
  how.weight_bits = "2,8";
  OK(bnn_sensitivity_create(module, NULL, &how, &data, 1, &sensitivity, &error));
  char *jobs, *results[2], *text;
  OK(bnn_sensitivity_jobs(sensitivity, &jobs, &error));
  CHECK(strstr(jobs, "\"layer\":\"dense\"") && strstr(jobs, "\"bits\":2"));
  bnn_free(jobs);
  for (int i = 0; i < 2; ++i)
    OK(bnn_sensitivity_evaluate(sensitivity, i, &results[i], &error));
  FAILS(bnn_sensitivity_evaluate(sensitivity, 2, &text, &error), BNN_INVALID_ARGUMENT,
        "there is no such job");
  const char *const *parts = (const char *const *)results;
  FAILS(bnn_sensitivity_table(sensitivity, parts, 1, NULL, "test", &text, &error), BNN_INVALID_ARGUMENT,
        "there is no result for 'dense 8x8'");
  OK(bnn_sensitivity_table(sensitivity, parts, 2, NULL, "test", &text, &error));
  CHECK(strstr(text, "\"name\": \"dense\"") && strstr(text, "\"size\""));
  for (int i = 0; i < 2; ++i)
    bnn_free(results[i]);
  char *assignment;
  OK(bnn_allocate(text, NULL, &assignment, &error));
  bnn_free(text);
  OK(bnn_module_quantize(module, assignment, &data, 1, &error));
  bnn_free(assignment);
  OK(bnn_module_inspect(module, NULL, &text, &error));
  CHECK(strstr(text, "\"weight_bits\": 8"));
  bnn_free(text);

  bnn_array other = {"y", floats(x, 3, shape)}, small = {"x", floats(x, 3, wrong)};
  bnn_sensitivity none;
  FAILS(bnn_sensitivity_create(module, NULL, &how, &small, 1, &none, &error), BNN_INVALID_ARGUMENT, "'x'");
  bnn_array two[2] = {data, other};
  FAILS(bnn_sensitivity_create(module, NULL, &how, two, 2, &none, &error), BNN_INVALID_ARGUMENT,
        "no input 'y'");
  how.use_loss = 1;
  FAILS(bnn_sensitivity_create(module, NULL, &how, &data, 1, &none, &error), BNN_INVALID_ARGUMENT,
        "'labels'");
  FAILS(bnn_module_quantize(module, "{\"assignment\": {\"absent\": 4}}", &data, 1, &error), BNN_INVALID_MODEL,
        "absent");
  FAILS(bnn_module_quantize(module, "[]", &data, 1, &error), BNN_INVALID_ARGUMENT, "");
  data.tensor.device_type = 2;
  FAILS(bnn_module_quantize(module, "{\"assignment\": {\"dense\": 4}}", &data, 1, &error),
        BNN_INVALID_ARGUMENT, "calibration data 'x' is on DLPack device 2:0");
  bnn_sensitivity_destroy(sensitivity);
  FAILS(bnn_sensitivity_jobs(sensitivity, &text, &error), BNN_INVALID_HANDLE,
        "the sensitivity handle is not alive");
  bnn_module_destroy(module);
  bnn_context_destroy(context);
  puts("bits: ok");
  return 0;
}
