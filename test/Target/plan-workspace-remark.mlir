// RUN: bnn-opt %s -bnn-plan-workspace --remarks-filter-analyse=bnn-plan-workspace -verify-diagnostics | FileCheck %s

// expected-remark @+2 {{512 bytes of workspace for 3 buffers of 752 bytes; at least 512 are live at one time}}
// CHECK-LABEL: func.func @chain
func.func @chain(%x: memref<64xf32>, %y: memref<60xf32> {bnn.result}) attributes {bnn.entry} {
  %a = memref.alloc() : memref<64xf32>
  %b = memref.alloc() : memref<64xf32>
  %c = memref.alloc() : memref<60xf32>
  linalg.exp ins(%x : memref<64xf32>) outs(%a : memref<64xf32>)
  linalg.exp ins(%a : memref<64xf32>) outs(%b : memref<64xf32>)
  %part = memref.subview %b[2] [60] [1] : memref<64xf32> to memref<60xf32, strided<[1], offset: 2>>
  linalg.exp ins(%part : memref<60xf32, strided<[1], offset: 2>>) outs(%c : memref<60xf32>)
  linalg.exp ins(%c : memref<60xf32>) outs(%y : memref<60xf32>)
  return
}
