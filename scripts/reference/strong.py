"""The operations of the strong augmentation, by Pillow on images of bytes.

    pip install pillow
    python3 scripts/reference/strong.py > Tests/DatasetsTests/Fixtures/Data/strong.json
"""

import json
import random

from PIL import Image, ImageEnhance, ImageOps

WIDTH, HEIGHT = 13, 12


def affine(*coefficients):
    return lambda image, v: image.transform(
        image.size, Image.AFFINE, [c(v) if callable(c) else c for c in coefficients])


OPERATIONS = {
    "autocontrast": (lambda image, v: ImageOps.autocontrast(image), [0]),
    "brightness": (lambda image, v: ImageEnhance.Brightness(image).enhance(v), [0.05, 0.7]),
    "color": (lambda image, v: ImageEnhance.Color(image).enhance(v), [0.05, 0.7]),
    "contrast": (lambda image, v: ImageEnhance.Contrast(image).enhance(v), [0.05, 0.7]),
    "equalize": (lambda image, v: ImageOps.equalize(image), [0]),
    "identity": (lambda image, v: image, [0]),
    "posterize": (lambda image, v: ImageOps.posterize(image, int(v)), [4.2, 7.9]),
    "rotate": (lambda image, v: image.rotate(v), [-17.3, 28.9]),
    "sharpness": (lambda image, v: ImageEnhance.Sharpness(image).enhance(v), [0.05, 0.7]),
    "shear-x": (affine(1, lambda v: v, 0, 0, 1, 0), [-0.23, 0.3]),
    "shear-y": (affine(1, 0, 0, lambda v: v, 1, 0), [-0.23, 0.3]),
    "solarize": (lambda image, v: ImageOps.solarize(image, v), [31.7, 200]),
    "translate-x": (affine(1, 0, lambda v: v * WIDTH, 0, 1, 0), [-0.23, 0.3]),
    "translate-y": (affine(1, 0, 0, 0, 1, lambda v: v * HEIGHT), [-0.23, 0.3]),
}


def planes(image):
    return [value for channel in image.split() for value in channel.tobytes()]


def main():
    drawn = random.Random(1)
    cases = []
    for mode, channels in (("L", 1), ("RGB", 3)):
        low, high = 20, 231
        # Some levels are frequent, so that equalizing has something to do.
        values = [min(drawn.randint(low, high), drawn.randint(low, high))
                  for _ in range(WIDTH * HEIGHT * channels)]
        image = Image.frombytes(mode, (WIDTH, HEIGHT), bytes(values))
        for name, (apply, magnitudes) in OPERATIONS.items():
            for magnitude in magnitudes:
                cases.append({
                    "name": name, "magnitude": magnitude,
                    "shape": [channels, HEIGHT, WIDTH], "image": planes(image),
                    "result": planes(apply(image, magnitude))})
    print(json.dumps(cases))


if __name__ == "__main__":
    main()
