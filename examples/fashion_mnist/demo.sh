#!/bin/bash
# Compiles the network for three targets, classifies the Fashion-MNIST test images on each and compares.
#
#   examples/fashion_mnist/demo.sh [BUILD]      BUILD: the build directory with bin/bnnc, default build
#
#   x86-64    baseline x86-64, all 10,000 images; compared with the compiler's reference path on some, and on all
#             with the logits that qonnx computed from the same ONNX file (oracle_logits.npy)
#   native    this machine's CPU, all 10,000 images; compared with x86-64
#   aarch64   any ARMv8-A, under qemu-aarch64 -cpu cortex-a53, the first images; compared with x86-64
#
# "same" means the same predicted classes and logits within 1e-5 relative on every image (compare.c). qonnx adds the
# floats of the first layer in another order, so now and then a bit of an activation, and with it a logit, differs:
# for qonnx only the classes count, of which ten may differ.
set -Eeuo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$(cd "${1:-build}" && pwd)
bnnc=$build/bin/bnnc
model=$here/fashion_mnist_bnn.onnx
data=${FASHION_MNIST:-/usr/share/datasets/fashion-mnist}
out=$build/demo
images=10000
reference_images=${DEMO_REFERENCE_IMAGES:-100}
aarch64_images=${DEMO_AARCH64_IMAGES:-1000}
host_cc=${CC:-clang-22}
flags=(-std=c99 -O2 -Wall -Wextra)

say() { printf '\n== %s\n' "$*"; }
fail() {
  printf 'demo: failed: %s\n' "$*"
  exit 1
}
trap 'fail "line $LINENO: $BASH_COMMAND"' ERR

[ "$(uname -m)" = x86_64 ] || fail "this demo runs x86-64 code, and this is $(uname -m)"
[ -r "$data/t10k-images-idx3-ubyte.gz" ] ||
  fail "no Fashion-MNIST in $data (Debian package dataset-fashion-mnist, or set FASHION_MNIST)"
mkdir -p "$out"
gzip -dc "$data/t10k-images-idx3-ubyte.gz" >"$out/images"
gzip -dc "$data/t10k-labels-idx1-ubyte.gz" >"$out/labels"
"$host_cc" "${flags[@]}" "$here/compare.c" -o "$out/compare" -lm

# build_for NAME COMPILER [LINK OPTIONS...] -- [BNNC OPTIONS...]
build_for() {
  local name=$1 compiler=$2 link=()
  shift 2
  while [ "$1" != -- ]; do
    link+=("$1")
    shift
  done
  shift
  mkdir -p "$out/$name"
  echo "bnnc compile $(basename "$model") -o $name/fashion_mnist.o --name=fashion_mnist $*"
  "$bnnc" compile "$model" -o "$out/$name/fashion_mnist.o" --name=fashion_mnist "$@"
  "$compiler" "${flags[@]}" -I "$out/$name" "$here/main.c" "$out/$name/fashion_mnist.o" -o "$out/$name/fashion_mnist" \
    "${link[@]}" -lm
}
# run NAME COUNT [EMULATOR...]
run() {
  local name=$1 count=$2
  shift 2
  "$@" "$out/$name/fashion_mnist" "$out/images" "$out/labels" --count "$count" --logits "$out/$name/logits" |
    tee "$out/$name/result"
}
# same EXPECTED ACTUAL COUNT: prints what compare says, and leaves "same" or "different" in $verdict
same() {
  verdict=same
  printf '%s against %s: ' "$2" "$1"
  "$out/compare" "$out/$1/logits" "$out/$2/logits" "$3" || verdict=different
}

say "The network, as compiled for this machine"
"$bnnc" inspect "$model"

say "x86-64 (baseline)"
build_for x86-64 "$host_cc" -- --target=x86-64
echo "symbols that the object needs: $(nm -u "$out/x86-64/fashion_mnist.o" | awk '{ printf "%s ", $2 }')"
run x86-64 $images
accuracy=$(sed -E 's/.*accuracy ([0-9.]+),.*/\1/' "$out/x86-64/result")
mkdir -p "$out/qonnx"
tail -c $((images * 40)) "$here/oracle_logits.npy" >"$out/qonnx/logits"
same qonnx x86-64 $images | tee "$out/qonnx/result"
other=$(sed -E 's/.*other class ([0-9]+),.*/\1/' "$out/qonnx/result")
[ "$other" -le 10 ] || fail "qonnx predicts another class for $other images"
build_for reference "$host_cc" -- --target=x86-64 --reference
run reference "$reference_images"
same reference x86-64 "$reference_images"
x86_64=$verdict

say "native ($(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -1))"
build_for native "$host_cc" -- --target=native
run native $images
same x86-64 native $images
native=$verdict

say "aarch64 (qemu-aarch64 -cpu cortex-a53, $aarch64_images images)"
build_for aarch64 aarch64-linux-gnu-gcc -static -- --target=aarch64
run aarch64 "$aarch64_images" qemu-aarch64 -cpu cortex-a53
same x86-64 aarch64 "$aarch64_images"
aarch64=$verdict

result=ok
[ "$x86_64 $native $aarch64" = "same same same" ] || result=failed
echo
echo "demo: $result accuracy=$accuracy images=$images x86-64=$x86_64 native=$native aarch64=$aarch64"
[ $result = ok ]
