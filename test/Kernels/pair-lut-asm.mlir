// Loops of look-ups have their mask in a register, whatever constants the epilogue has: no load of it between the
// look-ups and the averages that end six nibbles, in the first, the middle and the last K-block.

// RUN: bnnc compile %s --target=x86-64 --cpu=x86-64-v3 --emit=asm -o - | FileCheck %s
// RUN: bnnc compile %s --target=x86-64 --cpu=x86-64-v3 --emit=asm -o - | FileCheck %s --check-prefix=FLOATS

// CHECK: vpshufb
// CHECK-NOT: vpbroadcastd
// CHECK: vpavgb
// CHECK: vpavgb
// CHECK: vpshufb
// CHECK-NOT: vpbroadcastd
// CHECK: vpavgb
// CHECK: vpavgb
// CHECK: vpshufb
// CHECK-NOT: vpbroadcastd
// CHECK: vpavgb
// CHECK: vpavgb
// CHECK-NOT: vpavgb

// Counts become floats without a conversion, and eight comparisons a byte without shuffles.
// FLOATS-NOT: vcvtdq2ps
// FLOATS: vsubps
// FLOATS-NOT: {{vpacks|vperm2i128|vcvtdq2ps}}
// FLOATS: vmovmskps
// FLOATS-NOT: vcvtdq2ps

func.func @layer(%storage: tensor<1x56x56x8xi8>, %residual: tensor<1x56x56x64xf32>)
    -> (tensor<1x56x56x64xf32>, tensor<1x56x56x8xi8>) attributes {bnn.entry} {
  %packed = builtin.unrealized_conversion_cast %storage
      : tensor<1x56x56x8xi8> to tensor<1x56x56x64x!bnn.bipolar<1>, #bnn.bit_packed<pad = [], border = 0>>
  %x = bnn.unpack %packed : tensor<1x56x56x64x!bnn.bipolar<1>, #bnn.bit_packed<pad = [], border = 0>>
      -> tensor<1x56x56x64x!bnn.bipolar<1>>
  %w = bnn.constant dense<1> : tensor<64x3x3x64xi8> as tensor<64x3x3x64x!bnn.bipolar<1>>
  %acc = bnn.conv2d %x, %w {pad = array<i64: 1, 1, 1, 1>, pad_value = -1 : i64}
      : tensor<1x56x56x64x!bnn.bipolar<1>>, tensor<64x3x3x64x!bnn.bipolar<1>> -> tensor<1x56x56x64xi32>
  %s = arith.constant dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0,
      15.0, 16.0, 17.0, 18.0, 19.0, 20.0, 21.0, 22.0, 23.0, 24.0, 25.0, 26.0, 27.0, 28.0, 29.0, 30.0,
      31.0, 32.0, 33.0, 34.0, 35.0, 36.0, 37.0, 38.0, 39.0, 40.0, 41.0, 42.0, 43.0, 44.0, 45.0, 46.0,
      47.0, 48.0, 49.0, 50.0, 51.0, 52.0, 53.0, 54.0, 55.0, 56.0, 57.0, 58.0, 59.0, 60.0, 61.0, 62.0,
      63.0, 64.0]> : tensor<64xf32>
  %b = arith.constant dense<[0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 6.0, 6.5, 7.0,
      7.5, 8.0, 8.5, 9.0, 9.5, 10.0, 10.5, 11.0, 11.5, 12.0, 12.5, 13.0, 13.5, 14.0, 14.5, 15.0, 15.5,
      16.0, 16.5, 17.0, 17.5, 18.0, 18.5, 19.0, 19.5, 20.0, 20.5, 21.0, 21.5, 22.0, 22.5, 23.0, 23.5,
      24.0, 24.5, 25.0, 25.5, 26.0, 26.5, 27.0, 27.5, 28.0, 28.5, 29.0, 29.5, 30.0, 30.5, 31.0, 31.5]> :
      tensor<64xf32>
  %y = bnn.scale %acc by %s bias %b : tensor<1x56x56x64xi32>, tensor<64xf32>, tensor<64xf32> -> tensor<1x56x56x64xf32>
  %sum = tosa.add %y, %residual
      : (tensor<1x56x56x64xf32>, tensor<1x56x56x64xf32>) -> tensor<1x56x56x64xf32>
  %bits = bnn.binarize %sum : tensor<1x56x56x64xf32> -> tensor<1x56x56x64x!bnn.bipolar<1>>
  %packed_bits = bnn.pack %bits : tensor<1x56x56x64x!bnn.bipolar<1>>
      -> tensor<1x56x56x64x!bnn.bipolar<1>, #bnn.bit_packed<pad = [], border = 0>>
  %bytes = builtin.unrealized_conversion_cast %packed_bits
      : tensor<1x56x56x64x!bnn.bipolar<1>, #bnn.bit_packed<pad = [], border = 0>> to tensor<1x56x56x8xi8>
  return %sum, %bytes : tensor<1x56x56x64xf32>, tensor<1x56x56x8xi8>
}
