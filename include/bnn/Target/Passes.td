//===- Passes.td - Passes towards machine code ------------------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_TARGET_PASSES_TD
#define BNN_TARGET_PASSES_TD

include "bnn/Target/LinalgPasses.td"
include "bnn/Target/TaskPasses.td"
include "mlir/Pass/PassBase.td"

// Keep in alphabetical order.

def Bufferize : Pass<"bnn-bufferize", "::mlir::ModuleOp"> {
  let summary = "Turn tensors into buffers; inputs of entry functions stay untouched";
  let description = [{
    Upstream's one-shot bufferization over function boundaries, with identity
    layouts wherever a type is chosen freely, and with the arguments of every
    `bnn.entry` function marked as not writable: a caller's input is never
    overwritten to save a buffer.

    ```mlir
    func.func @m(%x: tensor<4xf32>) -> tensor<4xf32> attributes {bnn.entry} {
      %0 = linalg.exp ins(%x : tensor<4xf32>) outs(%x : tensor<4xf32>) -> tensor<4xf32>
      return %0 : tensor<4xf32>
    }
    ```

    becomes

    ```mlir
    func.func @m(%x: memref<4xf32>) -> memref<4xf32> attributes {bnn.entry} {
      %0 = memref.alloc() {alignment = 64 : i64} : memref<4xf32>
      linalg.exp ins(%x : memref<4xf32>) outs(%0 : memref<4xf32>)
      return %0 : memref<4xf32>
    }
    ```
  }];
  let dependentDialects = ["::mlir::bufferization::BufferizationDialect",
                           "::mlir::memref::MemRefDialect"];
}

def EmitCInterface : Pass<"bnn-emit-c-interface", "::mlir::ModuleOp"> {
  let summary = "Give every entry function its C interface";
  let description = [{
    An entry function `NAME` on statically shaped, contiguous memrefs, without
    results, becomes the two functions that the object exports:

    - `NAME_run`: the arguments, then a workspace pointer (appended if no
      argument has the attribute `bnn.workspace`), returning i32 0;
    - `NAME_workspace_size`: the bytes that the workspace needs, from the
      function's attribute `bnn.workspace_size` (0 without it).

    Every other function and global becomes private and internal. Arguments get
    the LLVM attributes that the interface promises: outputs (attribute
    `bnn.result`) alias nothing, all other arguments are only read. Lower the
    result with `convert-func-to-llvm{use-bare-ptr-memref-call-conv}`.

    ```mlir
    func.func @m(%x: memref<4xf32>, %y: memref<2xi8> {bnn.result}) attributes {bnn.entry} {
      ...
      return
    }
    ```

    becomes

    ```mlir
    func.func @m_run(%x: memref<4xf32> {llvm.noalias, llvm.readonly, ...},
                     %y: memref<2xi8> {llvm.noalias, ...},
                     %workspace: memref<0xi8> {llvm.noalias}) -> i32 {
      ...
      %c0_i32 = arith.constant 0 : i32
      return %c0_i32 : i32
    }
    func.func @m_workspace_size() -> i64 { ... }
    ```

    Errors: no entry function; a name that is no C identifier or is taken; an
    argument or result that has no place in a C signature.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect",
                           "::mlir::memref::MemRefDialect"];
}

def ExpandDoubleTruncations : Pass<"bnn-expand-double-truncations"> {
  let summary = "Round doubles to 16 bits through singles, exactly";
  let description = [{
    Few CPUs convert f64 to f16 or bf16, and a call of the compiler's runtime
    library would be no dependency-free code. The double is rounded to f32 *to
    odd*, and that to 16 bits, which gives the same result as one rounding.

    ```mlir
    %h = arith.truncf %x : f64 to f16
    ```

    becomes

    ```mlir
    %f = arith.truncf %x : f64 to f32
    ...
    %g = arith.select %inexact, %odd, %f : f32
    %h = arith.truncf %g : f32 to f16
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect"];
}

def LowerTargetOps : Pass<"bnn-lower-target-ops", "::mlir::ModuleOp"> {
  let summary = "Turn vector operations of the dialect into instructions of the target";
  let description = [{
    Lowers `bnn.table_lookup`, `bnn.rounding_average` and the other operations on
    vectors to calls of LLVM's intrinsics where the module's target
    (`bnn.target`) has the instruction, cutting vectors into registers, and to
    generic `vector`, `arith` and `scf` ops of the same meaning where it has not.

    ```mlir
    %r = bnn.table_lookup %table[%indices] : vector<16xi8>, vector<32xi8>
    ```

    becomes, with AVX2,

    ```mlir
    %tables = vector.shuffle %table, %table [0, …, 15, 0, …, 15] : vector<16xi8>, vector<16xi8>
    %r = llvm.call_intrinsic "llvm.x86.avx2.pshuf.b"(%tables, %indices)
        : (vector<32xi8>, vector<32xi8>) -> vector<32xi8>
    ```
  }];
  let statistics = [
    Statistic<"numInstructions", "num-instructions", "Ops lowered to instructions of the target">,
    Statistic<"numGeneric", "num-generic", "Ops lowered to generic code">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect",
                           "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"];
}

def OutlineKernels : Pass<"bnn-outline-kernels", "::mlir::ModuleOp"> {
  let summary = "Move the loop nests of entry functions into functions, equal ones into one";
  let description = [{
    Every loop nest at the top level of a `bnn.entry` function becomes a call of
    a private function, which LLVM does not inline. Its arguments are arrays (those
    of the function, constants and views of the workspace) and numbers; what is
    computed of these and of constants is computed again. Nests of the same
    operations on the same types share a function. Operations without loops stay,
    unless they exchange values with a nest that a call cannot pass.

    Arguments promise what is known: `llvm.noalias` where an array overlaps no
    other of the call, `llvm.dereferenceable` and the alignment of constants.

    ```mlir
    scf.for %i = %c0 to %c8 step %c1 {
      %v = memref.load %x[%i] : memref<8xf32>
      memref.store %v, %a[%i] : memref<8xf32>
    } {bnn.kind = "copy"}
    scf.for %i = %c0 to %c8 step %c1 {
      %v = memref.load %a[%i] : memref<8xf32>
      memref.store %v, %y[%i] : memref<8xf32>
    } {bnn.kind = "copy"}
    ```

    becomes

    ```mlir
    call @m_copy(%x, %a) : (memref<8xf32>, memref<8xf32>) -> ()
    call @m_copy(%a, %y) : (memref<8xf32>, memref<8xf32>) -> ()
    ...
    func.func private @m_copy(%0: memref<8xf32> {llvm.noalias}, %1: memref<8xf32> {llvm.noalias})
        attributes {passthrough = ["noinline"]} {
      ...
    }
    ```

    Errors: an entry function of several blocks or with results.
  }];
  let statistics = [
    Statistic<"numKernels", "num-kernels", "Functions made">,
    Statistic<"numShared", "num-shared", "Loop nests that share the function of another">
  ];
  let dependentDialects = ["::mlir::func::FuncDialect"];
}

def PlanWorkspace : Pass<"bnn-plan-workspace", "::mlir::ModuleOp"> {
  let summary = "Replace the allocations of entry functions by one planned workspace";
  let description = [{
    Every allocation of a `bnn.entry` function becomes a view of one workspace
    argument (attribute `bnn.workspace`), 64-byte aligned, such that buffers
    that live at the same time do not overlap; `bnn.workspace_size` on the
    function says how many bytes the argument needs, at any alignment.

    ```mlir
    func.func @m(%x: memref<64xf32>, %y: memref<64xf32> {bnn.result}) attributes {bnn.entry} {
      %0 = memref.alloc() : memref<64xf32>
      linalg.exp ins(%x : memref<64xf32>) outs(%0 : memref<64xf32>)
      linalg.log ins(%0 : memref<64xf32>) outs(%y : memref<64xf32>)
      return
    }
    ```

    becomes

    ```mlir
    func.func @m(%x: memref<64xf32>, %y: memref<64xf32> {bnn.result},
                 %workspace: memref<319xi8> {bnn.workspace})
        attributes {bnn.entry, bnn.workspace_size = 319 : i64} {
      %base = ... // %workspace's address to the next multiple of 64
      %0 = memref.view %workspace[%base][] : memref<319xi8> to memref<64xf32>
      ...
    ```

    A remark (analysis) says how large the workspace is and how far from the
    lower bound, which `bnn.workspace_bound` on the module holds. Also plans `memref.alloca` in loops and above `max-stack-bytes`, so the
    stack stays small. Errors: buffers of dynamic size, buffers that a loop
    hands from one iteration to the next, allocations in other functions.
  }];
  let options = [
    Option<"maxStackBytes", "max-stack-bytes", "int64_t", "1024",
           "Largest buffer that may stay on the stack">
  ];
  let statistics = [
    Statistic<"numBuffers", "num-buffers", "Buffers planned">,
    Statistic<"numBytes", "num-bytes", "Bytes of workspace">,
    Statistic<"numBytesLowerBound", "num-bytes-lower-bound", "Most bytes live at one time">,
    Statistic<"numBytesUnplanned", "num-bytes-unplanned", "Bytes of all buffers together">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect"];
}

def ResultsToOutParams : Pass<"bnn-results-to-out-params", "::mlir::ModuleOp"> {
  let summary = "Return the buffers of entry functions through output arguments";
  let description = [{
    Appends one argument with the attribute `bnn.result` (and the attributes of
    the result) for each result of a `bnn.entry` function. A result that is the
    whole of a buffer allocated in the function, reshaped or not, is computed in
    the output argument; all others (arguments and constants returned as they
    are, parts of a buffer, a buffer returned twice) are copied at the end.

    ```mlir
    func.func @m(%x: memref<4xf32>) -> (memref<4xf32>, memref<4xf32>) attributes {bnn.entry} {
      %0 = memref.alloc() : memref<4xf32>
      linalg.exp ins(%x : memref<4xf32>) outs(%0 : memref<4xf32>)
      return %0, %x : memref<4xf32>, memref<4xf32>
    }
    ```

    becomes

    ```mlir
    func.func @m(%x: memref<4xf32>, %0: memref<4xf32> {bnn.result},
                 %1: memref<4xf32> {bnn.result}) attributes {bnn.entry} {
      linalg.exp ins(%x : memref<4xf32>) outs(%0 : memref<4xf32>)
      memref.copy %x, %1 : memref<4xf32> to memref<4xf32>
      return
    }
    ```

    Unlike upstream's `buffer-results-to-out-params`, it is right for a buffer
    that is returned twice and sees through reshapes.
  }];
  let statistics = [
    Statistic<"numDirect", "num-direct", "Results computed in place">,
    Statistic<"numCopied", "num-copied", "Results copied at the end">
  ];
  let dependentDialects = ["::mlir::memref::MemRefDialect"];
}

def TimeLayers : Pass<"bnn-time-layers", "::mlir::ModuleOp"> {
  let summary = "Read a clock between the layers of entry functions";
  let description = [{
    Top-level operations of an entry function that touch memory and have the same
    location are a layer. The function gets an output `layer_times` that holds the
    clock at the beginning of each layer and at the end, and the module an
    attribute `bnn.layers` with the locations. Runs once all work is loops.

    ```mlir
    func.func @m(%x: memref<4xf32> {bnn.result}) attributes {bnn.entry} {
      scf.for %i = %c0 to %c4 step %c1 { ... } loc("conv1")
      return
    }
    ```

    becomes

    ```mlir
    module attributes {bnn.layers = [loc("conv1")]} {
      func.func @m(%x: memref<4xf32> {bnn.result},
                   %times: memref<2xi64> {bnn.name = "layer_times", bnn.result}) attributes {bnn.entry} {
        %0 = llvm.call_intrinsic "llvm.readcyclecounter"() : () -> i64
        memref.store %0, %times[%c0] : memref<2xi64>
        scf.for %i = %c0 to %c4 step %c1 { ... }
        ...
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect",
                           "::mlir::memref::MemRefDialect"];
}

#endif // BNN_TARGET_PASSES_TD
