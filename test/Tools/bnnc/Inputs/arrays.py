"""Arrays for these tests, written with the standard library alone into the folder given."""

import io
import struct
import sys
import zipfile


def npy(descr, shape, code, values, fortran=False):
    text = "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }" % (descr, fortran, tuple(shape))
    text += " " * (63 - (10 + len(text)) % 64) + "\n"
    header = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode()
    return header + struct.pack("<%d%s" % (len(values), code), *values)


def npz(path, arrays, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in arrays.items():
            archive.writestr(name + ".npy", data)


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)


folder = sys.argv[1] + "/"
rows = [1, -1, 1, 1, -1, -1, -1, 2]
x = npy("<f4", (2, 4), "f", rows)
write(folder + "x.npy", x)
write(folder + "truncated.npy", x[:-3])
write(folder + "double.npy", npy("<f8", (2, 4), "d", rows))
write(folder + "wide.npy", npy("<f4", (2, 5), "f", rows + [0, 0]))
write(folder + "columns.npy", npy("<f4", (2, 4), "f", [1, -1, -1, -1, 1, -1, 1, 2], fortran=True))
npz(folder + "x.npz", {"x": x})
npz(folder + "deflated.npz", {"x": x}, zipfile.ZIP_DEFLATED)
npz(folder + "positional.npz", {"arr_0": x})
npz(folder + "other.npz", {"y": x})
data = open(folder + "x.npz", "rb").read()
write(folder + "truncated.npz", data[: len(data) // 2])
write(folder + "image.npy", npy("<f4", (1, 8, 8, 3), "f", [((i * 37) % 101) / 50 - 1 for i in range(192)]))
