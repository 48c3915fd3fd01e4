// RUN: bnn-opt %s --bnn-select-kernels --split-input-file --verify-diagnostics

// expected-error @below {{'bnn.cost_table' must be the text of a cost table}}
module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">,
                   bnn.cost_table = 7 : i32} {}

// -----

// expected-error @below {{bnn.cost_table:1: is no cost table: it does not begin with 'bnn-cost-table 1'}}
module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">,
                   bnn.cost_table = "{}"} {}

// -----

// expected-error @below {{bnn.cost_table: is no cost table: it ends before 'cpu NAME'}}
module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">,
                   bnn.cost_table = ""} {}

// -----

// expected-error @below {{bnn.cost_table:1: cost table of version 9; this compiler reads version 1}}
module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">,
                   bnn.cost_table = "bnn-cost-table 9"} {}

// -----

// expected-error @below {{bnn.cost_table:2: expected 'cpu NAME' before the costs}}
module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">,
                   bnn.cost_table = "bnn-cost-table 1\0Apopcount 1x1 8x8x8 5"} {}

// -----

// expected-error @below {{bnn.cost_table:3: unknown strategy 'magic'; there are }}
module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">,
                   bnn.cost_table = "bnn-cost-table 1\0Acpu x86-64-v3\0Amagic 1x1 8x8x8 5"} {}

// -----

// expected-error @below {{bnn.cost_table:3: expected STRATEGY BITS CASE CYCLES}}
module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">,
                   bnn.cost_table = "bnn-cost-table 1\0Acpu x86-64-v3\0Apopcount 1x1 8x8x8"} {}

// -----

// expected-error @below {{bnn.cost_table:3: '-5' are no cycles: a positive number is needed}}
module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">,
                   bnn.cost_table = "bnn-cost-table 1\0Acpu x86-64-v3\0Apopcount 1x1 8x8x8 -5"} {}

// -----

// expected-error @below {{bnn.cost_table:3: 'nan' are no cycles}}
module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">,
                   bnn.cost_table = "bnn-cost-table 1\0Acpu x86-64-v3\0Apopcount 1x1 8x8x8 nan"} {}

// -----

// expected-error @below {{bnn.cost_table:3: 'inf' are no cycles}}
module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">,
                   bnn.cost_table = "bnn-cost-table 1\0Acpu x86-64-v3\0Apopcount 1x1 8x8x8 inf"} {}

// -----

// expected-error @below {{bnn.cost_table:3: 'fast' are no cycles}}
module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">,
                   bnn.cost_table = "bnn-cost-table 1\0Acpu x86-64-v3\0Apopcount 1x1 8x8x8 fast"} {}

// -----

// expected-error @below {{bnn.cost_table:3: '1x9' are no bits of weights and activations, such as 1x2}}
module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">,
                   bnn.cost_table = "bnn-cost-table 1\0Acpu x86-64-v3\0Apopcount 1x9 8x8x8 5"} {}

// -----

// expected-error @below {{bnn.cost_table:3: '8x0x8' is no case, such as 784x1152x128 or 28x28x128-128-3x3-s1}}
module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">,
                   bnn.cost_table = "bnn-cost-table 1\0Acpu x86-64-v3\0Apopcount 1x1 8x0x8 5"} {}

// -----

// expected-error @below {{'8x8x8-4-3x3-s1-g3' is no case}}
module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">,
                   bnn.cost_table = "bnn-cost-table 1\0Acpu x86-64-v3\0Apopcount 1x1 8x8x8-4-3x3-s1-g3 5"} {}

// -----

// expected-error @below {{bnn.cost_table:5: the costs of popcount 1x1 8x8x8 are given twice}}
module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">,
                   bnn.cost_table = "bnn-cost-table 1\0Acpu x86-64-v3\0A\0Apopcount 1x1 8x8x8 5\0Apopcount 1x1 8x8x8 6"} {}

// -----

// expected-error @below {{bnn.cost_table: was measured for the CPU 'znver3'; the target's is 'x86-64-v3', for which 'bnnc tune' makes a table}}
module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">,
                   bnn.cost_table = "bnn-cost-table 1\0Acpu znver3"} {}

// -----

// expected-error @below {{was measured for the CPU 'x86-64-v3 -fma'; the target's is 'x86-64-v3'}}
module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">,
                   bnn.cost_table = "bnn-cost-table 1\0Acpu x86-64-v3 -fma"} {}

// -----

// expected-error @below {{bnn.cost_table: is for CPUs with aarch64, unlike the target's 'x86-64-v3'}}
module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">,
                   bnn.cost_table = "bnn-cost-table 1\0Aany aarch64"} {}

// -----

// expected-error @below {{bnn.cost_table: is for CPUs without avx2, unlike the target's 'x86-64-v3'}}
module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">,
                   bnn.cost_table = "bnn-cost-table 1\0Aany x86-64 !avx2"} {}
