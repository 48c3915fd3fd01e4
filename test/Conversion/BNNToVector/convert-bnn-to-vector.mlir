// RUN: bnn-opt %s --convert-bnn-to-vector --split-input-file | FileCheck %s

#layout = #bnn.bit_packed<pad = [1, 1, 1, 1], border = 1>
#id = affine_map<(n, y, x, c) -> (n, y, x, c)>

// Borders hold the valid channels' bits only, and the last word is filled up with zeros.

// CHECK-LABEL: @binarize
// CHECK-SAME: (%[[X:.*]]: memref<1x4x4x40xf32>, %[[BITS:.*]]: memref<1x6x6x8xi8>)
func.func @binarize(%x: memref<1x4x4x40xf32>, %bits: memref<1x6x6x8xi8>) {
  %zero = arith.constant 0.0 : f32
  // CHECK: %[[BORDER:.*]] = arith.constant dense<[-1, -1, -1, -1, -1, 0, 0, 0]> : vector<8xi8>
  // CHECK: vector.store %[[BORDER]], %[[BITS]]
  // CHECK: %[[V:.*]] = vector.load %[[X]]{{.*}} : memref<1x4x4x40xf32>, vector<32xf32>
  // CHECK: %[[B:.*]] = arith.cmpf oge, %[[V]], %{{.*}} : vector<32xf32>
  // CHECK: %[[W:.*]] = vector.bitcast %[[B]] : vector<32xi1> to vector<4xi8>
  // CHECK: vector.store %[[W]], %[[BITS]]
  // CHECK: vector.load %[[X]]{{.*}} : memref<1x4x4x40xf32>, vector<8xf32>
  // CHECK: vector.insert_strided_slice %{{.*}} : vector<8xi1> into vector<32xi1>
  // CHECK: vector.store %{{.*}}, %[[BITS]]{{.*}} : memref<1x6x6x8xi8>, vector<4xi8>
  // CHECK-NOT: bnn.map_kernel
  bnn.map_kernel params(%x : memref<1x4x4x40xf32>) outs(%bits : memref<1x6x6x8xi8>)
      attributes {shape = array<i64: 1, 4, 4, 40>, param_maps = [#id], param_layouts = [unit],
                  output_layouts = [#layout]} {
  ^bb0(%v: f32):
    %b = arith.cmpf oge, %v, %zero : f32
    bnn.yield %b : i1
  }
  return
}

// -----

// Every fourth number: copied, so that vectors can be read.

#row = affine_map<(n, y, x, c) -> (c)>

// CHECK-LABEL: func @strided_input
// CHECK-SAME: %[[X:[a-z0-9]+]]: memref<8xf32, strided<[4], offset: 3>>
func.func @strided_input(%x: memref<8xf32, strided<[4], offset: 3>>, %y: memref<8xf32>) {
  // CHECK: %[[COPY:.*]] = memref.alloc() : memref<8xf32>
  // CHECK: memref.copy %[[X]], %[[COPY]]
  // CHECK: vector.load %[[COPY]]
  // CHECK: memref.dealloc %[[COPY]]
  bnn.map_kernel params(%x : memref<8xf32, strided<[4], offset: 3>>) outs(%y : memref<8xf32>)
      attributes {shape = array<i64: 1, 1, 1, 8>, param_maps = [#row], param_layouts = [unit],
                  output_layouts = [unit]} {
  ^bb0(%v: f32):
    %n = arith.negf %v : f32
    bnn.yield %n : f32
  }
  return
}

// -----

#plain = #bnn.bit_packed<pad = [], border = 0>

// CHECK-LABEL: @pool
func.func @pool(%x: memref<1x4x4x4xi8>, %y: memref<1x2x2x4xi8>) {
  // CHECK: scf.if
  // CHECK: arith.ori %{{.*}} : vector<4xi8>
  bnn.pool_kernel ins(%x : memref<1x4x4x4xi8>) outs(%y : memref<1x2x2x4xi8>) {
      input_shape = array<i64: 1, 4, 4, 32>, output_shape = array<i64: 1, 2, 2, 32>, kernel = array<i64: 2, 2>,
      strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
      code_type = !bnn.bipolar<1>, input_layout = #plain, output_layout = #plain}
  return
}

// -----

#plain = #bnn.bit_packed<pad = [], border = 0>

// Baseline x86-64: four channels to a vector, words of activations broadcast, counts in bytes.

// CHECK-LABEL: @popcount
func.func @popcount(%x: memref<1x1x6x8xi8>, %w: memref<1x1x2x16xi32>, %y: memref<6x16xi32>) {
  // CHECK: scf.for
  // CHECK: %[[W:.*]] = vector.load {{.*}} : memref<1x1x2x16xi32>, vector<4xi32>
  // CHECK: vector.load {{.*}} : memref<1x1x48xi8>, vector<4xi8>
  // CHECK: %[[A:.*]] = vector.broadcast %{{.*}} : i32 to vector<4xi32>
  // CHECK: %[[D:.*]] = arith.xori %[[A]], %[[W]] : vector<4xi32>
  // CHECK: %[[BYTES:.*]] = vector.bitcast %[[D]] : vector<4xi32> to vector<16xi8>
  // CHECK: math.ctpop %[[BYTES]] : vector<16xi8>
  // CHECK: vector.store %{{.*}} : memref<6x16xi32>, vector<16xi32>
  bnn.contract_kernel "popcount" ins(%x, %w : memref<1x1x6x8xi8>, memref<1x1x2x16xi32>)
      outs(%y : memref<6x16xi32>)
      attributes {
        geometry = #bnn.geometry<input = [1, 1, 6, 64], output = [1, 1, 6, 16], kernel = [1, 1], strides = [1, 1],
                                 dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1,
                                 batched_weights = false>,
        activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #plain,
        param_maps = [], output_layouts = [unit]} {
  ^bb0(%acc: i32):
    bnn.yield %acc : i32
  }
  return
}

// -----

// With a dilation a window may miss the image: it gives the smallest value of the type, not of a byte.

// CHECK-LABEL: func.func @pool_lowest
// CHECK: arith.constant dense<-1> : vector<4xi8>
// CHECK-NOT: dense<-128>
func.func @pool_lowest(%x: memref<1x1x4x4xi8>, %y: memref<1x1x4x4xi8>) {
  bnn.pool_kernel ins(%x : memref<1x1x4x4xi8>) outs(%y : memref<1x1x4x4xi8>) {
    input_shape = array<i64: 1, 1, 4, 4>, output_shape = array<i64: 1, 1, 4, 4>, kernel = array<i64: 2, 1>,
    strides = array<i64: 3, 1>, dilations = array<i64: 2, 2>, pad = array<i64: 1, 1, 0, 0>,
    code_type = !bnn.ternary, input_layout = #bnn.byte_codes, output_layout = #bnn.byte_codes}
  return
}
