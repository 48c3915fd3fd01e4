// RUN: bnn-opt %s -emit-bytecode -o %t.bc
// RUN: bnn-opt %t.bc | FileCheck %s

// Code types and layouts are encoded, not spelled out.
// RUN: not grep -a bipolar %t.bc
// RUN: not grep -a bit_packed %t.bc

// CHECK-LABEL: func.func private @f(
// CHECK-SAME:    tensor<1x2x2x4x!bnn.bipolar<1>, #bnn.bit_packed<pad = [11, 12, 13, 14], border = 1>>
// CHECK-SAME:    tensor<4x!bnn.unsigned<7>>
// CHECK-SAME:    attributes {r = #bnn.rounding<away_from_zero>}
func.func private @f(tensor<1x2x2x4x!bnn.bipolar<1>, #bnn.bit_packed<pad = [11, 12, 13, 14], border = 1>>,
                     tensor<4x!bnn.unsigned<7>>) attributes {r = #bnn.rounding<away_from_zero>}

// The bytes below: an integer is twice itself plus one, a signed one twice that.

// A version of 2.
// RUN: %python %S/Inputs/patch_bytecode.py 070303 070305 < %t.bc | not bnn-opt 2>&1 | FileCheck %s --check-prefix=NEWER
// NEWER: was written by version 2 of the bnn dialect, but this program reads up to version 1

// Corrupt parameters: a width of 57, a pad of 60 entries, a border of 5, and cases and kinds that do not exist.
// RUN: %python %S/Inputs/patch_bytecode.py 0103030f04 0103037304 < %t.bc | not bnn-opt 2>&1 | FileCheck %s --check-prefix=WIDTH
// WIDTH: width must be 1 to 8 bits, but is 57
// RUN: %python %S/Inputs/patch_bytecode.py 07092d31 07792d31 < %t.bc | not bnn-opt 2>&1 | FileCheck %s --check-prefix=LIST
// LIST: has a list of 60 numbers in an attribute of the bnn dialect
// RUN: %python %S/Inputs/patch_bytecode.py 35390305 35390b05 < %t.bc | not bnn-opt 2>&1 | FileCheck %s --check-prefix=BORDER
// BORDER: bit-packed layout needs a border of 0 or 1, but has 5
// RUN: %python %S/Inputs/patch_bytecode.py 030f0709 03130709 < %t.bc | not bnn-opt 2>&1 | FileCheck %s --check-prefix=CASE
// CASE: has no case 9 in an enum of the bnn dialect
// RUN: %python %S/Inputs/patch_bytecode.py 030f0709 190f0709 < %t.bc | not bnn-opt 2>&1 | FileCheck %s --check-prefix=ATTRIBUTE
// ATTRIBUTE: has no attribute 12 in the bnn dialect
// RUN: %python %S/Inputs/patch_bytecode.py 0103030f04 0103190f04 < %t.bc | not bnn-opt 2>&1 | FileCheck %s --check-prefix=TYPE
// TYPE: has no type 12 in the bnn dialect
