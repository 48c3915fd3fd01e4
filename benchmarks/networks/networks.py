"""The layer tables of the benchmark networks.

`size` is the side of the image and `width` the number of channels of the first stage: the papers' numbers are the
defaults, and small ones make test cases of the same structure.
"""

from graph import Graph


def stem(graph, width):
    """7×7 convolution and max pooling: a quarter of the size, as ResNet begins."""
    x = graph.batch_norm("bn1", graph.conv("conv1", "input", width, 7, stride=2, pad=3))
    return x


def resnet18(size=224, width=64, classes=1000, seed=1):
    """ResNet-18 (He et al., 2016), float throughout: what the binary networks are compared with."""
    graph = Graph("resnet18", [1, 3, size, size], seed)
    x = graph.max_pool("maxpool", graph.relu("relu1", stem(graph, width)), 3, 2, 1)
    for stage in range(4):
        for block in range(2):
            name = "layer%d.%d." % (stage + 1, block)
            outputs, stride = width << stage, 2 if stage > 0 and block == 0 else 1
            y = graph.batch_norm(name + "bn1", graph.conv(name + "conv1", x, outputs, 3, stride, 1))
            y = graph.relu(name + "relu1", y)
            y = graph.batch_norm(name + "bn2", graph.conv(name + "conv2", y, outputs, 3, 1, 1))
            if stride != 1:
                x = graph.batch_norm(name + "downsample.1", graph.conv(name + "downsample.0", x, outputs, 1, stride))
            x = graph.relu(name + "relu2", graph.add(name + "add", y, x))
    return graph.finish(graph.classifier(x, classes), [1, classes])


def bi_real_net18(size=224, width=64, classes=1000, seed=1):
    """Bi-Real Net 18 (Liu et al., 2018): every 3×3 convolution but the first is binary and has a shortcut of its own,
    which stays real-valued; where the size halves, the shortcut is average pooling and a float 1×1 convolution. With
    the PReLU after each addition that the authors' later version has."""
    graph = Graph("bi_real_net18", [1, 3, size, size], seed)
    x = graph.max_pool("maxpool", graph.prelu("prelu1", stem(graph, width)), 3, 2, 1)
    for stage in range(4):
        for block in range(4):
            name = "layer%d.%d." % (stage + 1, block)
            outputs, stride = width << stage, 2 if stage > 0 and block == 0 else 1
            y = graph.binary_conv(name + "conv", graph.bits(name + "sign", x), outputs, stride=stride)
            y = graph.batch_norm(name + "bn", y)
            if stride != 1:
                x = graph.average_pool(name + "downsample.0", x, 2, 2)
                x = graph.batch_norm(name + "downsample.2", graph.conv(name + "downsample.1", x, outputs, 1))
            x = graph.prelu(name + "prelu", graph.add(name + "add", y, x))
    return graph.finish(graph.classifier(x, classes), [1, classes])


def quicknet(size=224, width=64, classes=1000, seed=1):
    """QuickNet's structure (Bannink et al., 2021): a stem of a 3×3 and a depthwise-separable convolution down to a
    quarter of the size; four sections of binary 3×3 convolutions, ReLU, batch norm and shortcut, padded with +1;
    between sections max pooling, blur pooling (a depthwise convolution) and a float 1×1 convolution."""
    graph = Graph("quicknet", [1, 3, size, size], seed)
    x = graph.relu("stem.relu1", graph.conv("stem.conv1", "input", max(width // 4, 1), 3, 2, 1, bias=True))
    x = graph.conv("stem.depthwise", x, graph.channels[x], 3, 2, 1, groups=graph.channels[x])
    x = graph.batch_norm("stem.bn", graph.conv("stem.conv2", x, width, 1))
    for section in range(4):
        outputs = width << section
        if section > 0:
            name = "transition%d." % section
            x = graph.relu(name + "relu", x)
            x = graph.max_pool(name + "maxpool", x, 2, 1)
            x = graph.conv(name + "blurpool", x, graph.channels[x], 3, 2, 1, groups=graph.channels[x])
            x = graph.batch_norm(name + "bn", graph.conv(name + "conv", x, outputs, 1))
        for block in range(4):
            name = "section%d.%d." % (section + 1, block)
            bits = graph.bits(name + "sign", x)
            y = graph.relu(name + "relu", graph.binary_conv(name + "conv", bits, outputs, pad_value=1.0))
            x = graph.add(name + "add", graph.batch_norm(name + "bn", y), x)
    return graph.finish(graph.classifier(graph.relu("relu", x), classes), [1, classes])


def stack(layers=10, size=28, width=128, classes=10, seed=1):
    """`layers` equal residual layers of Bi-Real Net after a float convolution, to see how compile time grows."""
    graph = Graph("stack%d" % layers, [1, 3, size, size], seed)
    x = graph.conv("conv1", "input", width, 3, pad=1, bias=True)
    for layer in range(layers):
        name = "layer%d." % (layer + 1)
        y = graph.batch_norm(name + "bn", graph.binary_conv(name + "conv", graph.bits(name + "sign", x), width))
        x = graph.prelu(name + "prelu", graph.add(name + "add", y, x))
    return graph.finish(graph.classifier(x, classes), [1, classes])


NETWORKS = {"bi-real-net-18": bi_real_net18, "quicknet": quicknet, "resnet18": resnet18, "stack": stack}
