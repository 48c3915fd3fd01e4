#!/bin/sh
# Installs the Debian packages that building and testing need, and only those that are missing.
#
#   utils/install-dependencies.sh            install (as root, or through sudo)
#   utils/install-dependencies.sh --check    only say what is missing; exit code 1 if something is
#   utils/install-dependencies.sh --bench    also what the benchmarks compare with
#
# Written for Debian 12 (bookworm), whose security suite carries LLVM 22.
set -eu

packages="
  ca-certificates git make ninja-build cmake g++ gzip
  clang-22 lld-22 clang-format-22 libclang-rt-22-dev
  llvm-22-dev llvm-22-tools libmlir-22-dev mlir-22-tools
  zlib1g-dev libzstd-dev libxml2-dev coinor-libcbc-dev
  libonnx-dev libprotobuf-dev protobuf-compiler
  libgtest-dev python3 python3-venv
  qemu-user g++-aarch64-linux-gnu
  dataset-fashion-mnist
"
security_list=/etc/apt/sources.list.d/bookworm-security.list

fail() {
  printf 'install-dependencies: %s\n' "$*" >&2
  exit 1
}

check=
for argument in "$@"; do
  case "$argument" in
  --check) check=1 ;;
  --bench) packages="$packages libopenblas-dev" ;;
  *) fail "unknown option '$argument'; there are --check and --bench" ;;
  esac
done

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  [ -d /usr/lib/llvm-22/lib/cmake/mlir ] && {
    echo "install-dependencies: no apt here; using the LLVM in /usr/lib/llvm-22" >&2
    exit 0
  }
  fail "this system has no apt. Needed: LLVM and MLIR 22.1 with development files, clang 22, lld 22," \
    "CMake 3.25, Ninja, GoogleTest, protobuf and ONNX development files, Python 3 with venv," \
    "qemu-aarch64, a C compiler for aarch64-linux-gnu. docs/testing.md says how each is used."
fi

missing=
for package in $packages; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
echo "install-dependencies: missing:$missing"
[ -z "$check" ] || exit 1

if [ "$(id -u)" = 0 ]; then
  sudo=
elif command -v sudo >/dev/null; then
  sudo=sudo
else
  fail "not root and no sudo; run as root: apt-get install$missing"
fi
apt_get() {
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get -q "$@"
}
unknown_packages() {
  for package in $missing; do
    # A package that only others provide or mention has no candidate version.
    apt-cache policy "$package" 2>/dev/null | grep -q 'Candidate: [^(]' || printf ' %s' "$package"
  done
}

echo "install-dependencies: updating the package lists"
apt_get update
unknown=$(unknown_packages)

# The suite name comes from the system itself: the security suite of another release would mix versions.
codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
case "$unknown" in
*-22*)
  if [ "$codename" = bookworm ]; then
    echo "install-dependencies: adding Debian's security suite ($security_list), which has LLVM 22"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]" \
      "http://deb.debian.org/debian-security bookworm-security main" | $sudo tee "$security_list" >/dev/null
    apt_get update
    unknown=$(unknown_packages)
  fi
  ;;
esac
[ -z "$unknown" ] || fail "apt has no package named:$unknown. This script knows Debian 12 (bookworm); here is" \
  "'${codename:-unknown}'. LLVM 22 for other releases: https://apt.llvm.org."

echo "install-dependencies: installing$missing"
# shellcheck disable=SC2086
apt_get install -y --no-install-recommends $missing
