//===- clock.c - Times, and how quiet the processor is -----------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A sample is a number of calls between two probes. The probe is a loop of nops: a core decodes a fixed
// number of them per cycle, and fewer while a neighbour on the same core takes its share, so a low rate
// before or after marks a sample that was disturbed. The clock comes from a chain of additions, one in each
// cycle.

#define _POSIX_C_SOURCE 199309L
#include <stddef.h>
#include <stdint.h>
#include <time.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

double bench_now(void) { return now(); }

/// Of all threads of this process: less than the time that passes while others use the processor.
double bench_processor_time(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

static void run_nops(int n) {
#if defined(__x86_64__)
  __asm__ volatile(".p2align 6\n1:\n.rept 96\nnop\n.endr\ndec %0\njnz 1b" : "+r"(n)::"cc");
#elif defined(__aarch64__)
  __asm__ volatile(".p2align 6\n1:\n.rept 96\nnop\n.endr\nsubs %w0, %w0, #1\nb.ne 1b" : "+r"(n)::"cc");
#else
#error "no probe for this processor"
#endif
}

/// Instructions per nanosecond; 2 to 5 microseconds, so that reading the clock does not count. What was timed
/// before has taken the loop out of the caches of instructions: a few turns bring it back.
double bench_nop_rate(void) {
  const int n = 1000;
  run_nops(20);
  double begin = now();
  run_nops(n);
  return n * 97.0 / (now() - begin);
}

/// Cycles per nanosecond.
double bench_clock(void) {
  uint64_t x = 1;
  int n = 1000;
  double begin = now();
#if defined(__x86_64__)
  __asm__ volatile("1:\n.rept 32\nadd %0, %0\n.endr\ndec %1\njnz 1b" : "+r"(x), "+r"(n)::"cc");
#else
  __asm__ volatile("1:\n.rept 32\nadd %0, %0, %0\n.endr\nsubs %w1, %w1, #1\nb.ne 1b"
                   : "+r"(x), "+r"(n)::"cc");
#endif
  return 1000 * 32.0 / (now() - begin);
}

struct BenchSample {
  /// Nanoseconds of one call.
  double time;
  /// The probe before and after.
  double before, after;
  /// Processor time by elapsed time.
  double share;
};

/// A function of up to eight pointers, called `iterations` times.
void bench_sample(void *function, void **args, size_t count, size_t iterations, struct BenchSample *sample) {
  typedef void *P;
  sample->before = bench_nop_rate();
  double used = bench_processor_time(), begin = now();
  for (size_t i = 0; i < iterations; ++i)
    switch (count) {
    case 1:
      ((int (*)(P))function)(args[0]);
      break;
    case 2:
      ((int (*)(P, P))function)(args[0], args[1]);
      break;
    case 3:
      ((int (*)(P, P, P))function)(args[0], args[1], args[2]);
      break;
    case 4:
      ((int (*)(P, P, P, P))function)(args[0], args[1], args[2], args[3]);
      break;
    case 5:
      ((int (*)(P, P, P, P, P))function)(args[0], args[1], args[2], args[3], args[4]);
      break;
    case 6:
      ((int (*)(P, P, P, P, P, P))function)(args[0], args[1], args[2], args[3], args[4], args[5]);
      break;
    default:
      break;
    }
  double elapsed = now() - begin;
  sample->share = (bench_processor_time() - used) / elapsed;
  sample->time = elapsed / (double)iterations;
  sample->after = bench_nop_rate();
}
