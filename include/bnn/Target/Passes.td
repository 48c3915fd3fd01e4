//===- Passes.td - Passes towards machine code ------------------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_TARGET_PASSES_TD
#define BNN_TARGET_PASSES_TD

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

def DistributeLoops : Pass<"bnn-distribute-loops", "::mlir::func::FuncOp"> {
  let summary = "Cut parallel loops of entry functions into shares for several threads";
  let description = [{
    A loop with the mark `bnn.parallel`, which promises that its iterations are
    independent, becomes an `scf.parallel` over `threads` shares of it. Of a nest
    of such loops the outermost that divides evenly is taken, or several as one.
    Loops of less than `min-work` operations stay as they are: starting threads
    would take longer. Buffers allocated within the loop become one for each
    share. Every element is computed as before, whatever `threads` is.

    ```mlir
    scf.for %y = %c0 to %c56 step %c1 {
      ...
    } {bnn.parallel}
    ```

    becomes, for two threads,

    ```mlir
    scf.parallel (%t) = (%c0) to (%c2) step (%c1) {
      %0 = arith.muli %t, %c56 : index
      %first = arith.divui %0, %c2 : index
      ...
      scf.for %y = %first to %end step %c1 {
        ...
      }
    }
    ```
  }];
  let options = [
    Option<"threads", "threads", "int64_t", "1", "Threads that share the work">,
    Option<"minWork", "min-work", "double", "20000", "Operations that a loop must run to be shared">
  ];
  let statistics = [Statistic<"numDistributed", "num-distributed", "Loops shared by threads">];
  let dependentDialects = ["::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"];
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

def ExpandCopies : Pass<"bnn-expand-copies", "::mlir::func::FuncOp"> {
  let summary = "Turn copies of strided buffers into loops over contiguous ones";
  let description = [{
    The LLVM lowering of `memref.copy` calls a runtime library unless both sides
    are contiguous. This pass emits loops over the outer dimensions around a
    copy of the longest contiguous part, which becomes a memcpy of known size.

    ```mlir
    memref.copy %x, %y : memref<4x8xf32> to memref<4x8xf32, strided<[10, 1]>>
    ```

    becomes

    ```mlir
    scf.for %i = %c0 to %c4 step %c1 {
      %0 = memref.subview %x[%i, 0] [1, 8] [1, 1] : ...
      %1 = memref.subview %y[%i, 0] [1, 8] [1, 1] : ...
      memref.copy %0, %1 : memref<8xf32, strided<[1], offset: ?>> to ...
    }
    ```
  }];
  let statistics = [Statistic<"numExpanded", "num-expanded", "Copies turned into loops">];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect"];
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

def LaunchTasks : Pass<"bnn-launch-tasks", "::mlir::ModuleOp"> {
  let summary = "Run the calls of tasks on the threads of OpenMP";
  let description = [{
    A call of a function with the attribute `bnn.tasks` = N (see
    `bnn-outline-tasks`) becomes a call of `GOMP_parallel`, which GCC's libgomp
    and LLVM's libomp both have; the threads divide the task numbers 0 to N - 1
    among themselves, however many threads the runtime grants.

    ```mlir
    llvm.call @m_task_0(%x, %zero) : (!llvm.ptr, i64) -> ()
    ```

    becomes

    ```mlir
    llvm.store %x, %slots : !llvm.ptr, !llvm.ptr
    %thread = llvm.mlir.addressof @m_task_0_thread : !llvm.ptr
    llvm.call @GOMP_parallel(%thread, %slots, %n, %flags) : (!llvm.ptr, !llvm.ptr, i32, i32) -> ()
    ```
  }];
  let statistics = [Statistic<"numLaunched", "num-launched", "Tasks that run on several threads">];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
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

def OutlineTasks : Pass<"bnn-outline-tasks", "::mlir::ModuleOp"> {
  let summary = "Move the bodies of parallel loops into functions";
  let description = [{
    Every outermost `scf.parallel` from 0 to a constant N becomes a call of a
    private function with the attribute `bnn.tasks` = N, which takes the
    arguments of the function around and the number of the iteration, and computes
    addresses and constants again.

    ```mlir
    scf.parallel (%t) = (%c0) to (%c2) step (%c1) {
      memref.store %v, %x[%t] : memref<2xf32>
    }
    ```

    becomes

    ```mlir
    call @m_task_0(%x, %c0) : (memref<2xf32>, index) -> ()
    ...
    func.func private @m_task_0(%x: memref<2xf32>, %t: index) attributes {bnn.tasks = 2 : i64} {
      %v = arith.constant ...
      memref.store %v, %x[%t] : memref<2xf32>
      return
    }
    ```

    Errors: a loop of another form; a body that uses what cannot be computed
    again.
  }];
  let statistics = [Statistic<"numTasks", "num-tasks", "Functions made">];
  let dependentDialects = ["::mlir::func::FuncDialect"];
}

def PadInPlace : Pass<"bnn-pad-in-place", "::mlir::func::FuncOp"> {
  let summary = "Pad tensors by filling borders only, so that images are computed in place";
  let description = [{
    A `tensor.pad` of static amounts with one value becomes fills of the border
    and an insertion of the image into an empty tensor; followed by upstream's
    `eliminate-empty-tensors`, no copy of the image is left where the op that
    computes it can write to the padded buffer.

    ```mlir
    %p = tensor.pad %x low[1] high[0] { ... tensor.yield %zero } : tensor<4xf32> to tensor<5xf32>
    ```

    becomes

    ```mlir
    %0 = tensor.empty() : tensor<5xf32>
    %1 = linalg.fill ins(%zero : f32) outs(%empty : tensor<1xf32>) -> tensor<1xf32>
    %2 = tensor.insert_slice %1 into %0[0] [1] [1] : tensor<1xf32> into tensor<5xf32>
    %p = tensor.insert_slice %x into %2[1] [4] [1] : tensor<4xf32> into tensor<5xf32>
    ```
  }];
  let statistics = [Statistic<"numPads", "num-pads", "Pads taken apart">];
  let dependentDialects = ["::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect"];
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

def PrepareLinalg : Pass<"bnn-prepare-linalg", "::mlir::func::FuncOp"> {
  let summary = "Bring linalg on tensors into the layouts and forms that vectorise";
  let description = [{
    Convolutions get filters with the output channel last, transpositions of
    constants are computed, named elementwise ops become `linalg.generic` for
    upstream's fusion, and a comparison with several elementwise readers is
    repeated for each, so that no array of i1 remains. A convolution of a few
    channels reads an image N×C×H×W as it is: no transposed copy is made.

    ```mlir
    %f = arith.constant dense<...> : tensor<64x3x3x1xf32>
    %0 = linalg.conv_2d_nhwc_fhwc ins(%x, %f : ...) outs(%init : ...) -> tensor<1x26x26x64xf32>
    ```

    becomes

    ```mlir
    %f = arith.constant dense<...> : tensor<3x3x1x64xf32>
    %0 = linalg.conv_2d_nhwc_hwcf ins(%x, %f : ...) outs(%init : ...) -> tensor<1x26x26x64xf32>
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect"];
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

def VectorizeLinalg : Pass<"bnn-vectorize-linalg", "::mlir::ModuleOp"> {
  let summary = "Lower linalg on buffers to register-blocked vector loops";
  let description = [{
    Turns every linalg op on static buffers whose body has vector forms into
    loops over vectors. The lanes are the iterations of the loop along which
    outputs are contiguous (or, for a reduction of the innermost dimension, that
    loop); two to four vectors times several iterations of a second loop are
    accumulated in registers throughout the reduction. Remainders are separate
    code on shorter vectors. The elementwise op that initialises a reduction's
    output (a bias) and the one that reads its result (an activation) are
    computed in the same registers. Constants that a register block reads in
    pieces far apart are stored anew, in the order of the loops. Anything else is left for
    `convert-linalg-to-loops`, with a remark (missed).

    ```mlir
    linalg.matmul ins(%a, %b : memref<4x9xf32>, memref<9x8xf32>) outs(%c : memref<4x8xf32>)
    ```

    becomes, for vectors of 256 bits,

    ```mlir
    %0 = vector.load %c[...] : memref<32xf32>, vector<8xf32>  // and three more
    %4:4 = scf.for %k = %c0 to %c9 step %c1 iter_args(%acc0 = %0, ...) {
      %5 = memref.load %a[...] : memref<36xf32>
      %6 = vector.load %b[...] : memref<72xf32>, vector<8xf32>
      %7 = vector.broadcast %5 : f32 to vector<8xf32>
      %8 = arith.mulf %7, %6 : vector<8xf32>
      %9 = arith.addf %acc0, %8 : vector<8xf32>
      ...
    }
    vector.store %4#0, %c[...] : memref<32xf32>, vector<8xf32>
    ```

    On x86 with sixteen registers, the products of two neighbouring vectors go
    through `bnn.compute_together`, for the order of instructions.

    Each element's reduction keeps the order of the loops, so results equal
    those of plain loops bit for bit, whatever the target; only reductions of
    the innermost dimension are reordered, alike on all targets. `fma` gives
    that up for up to twice the speed.
  }];
  let options = [
    Option<"vectorBits", "vector-bits", "unsigned", "0",
           "Bits of a vector register; 0: what the module's target has">,
    Option<"fma", "fma", "bool", "false",
           "Fuse multiplications and additions of reductions where the target can; rounds differently">
  ];
  let statistics = [
    Statistic<"numVectorized", "num-vectorized", "Ops lowered to vector loops">,
    Statistic<"numFused", "num-fused", "Elementwise ops computed in the registers of a reduction">,
    Statistic<"numScalar", "num-scalar", "Ops left for scalar loops">
  ];
  let dependentDialects = ["::bnn::BNNDialect", "::mlir::affine::AffineDialect",
                           "::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"];
}

#endif // BNN_TARGET_PASSES_TD
