"""The instructions that a comparison is held to, on either side."""

import argparse

# What holds either side to a processor without AVX-512.
AVX2 = {
    "COHORT_VECTORS": "avx2", "OPENBLAS_CORETYPE": "Haswell", "ATEN_CPU_CAPABILITY": "avx2",
    "ONEDNN_MAX_CPU_ISA": "AVX2", "DNNL_MAX_CPU_ISA": "AVX2", "MKL_ENABLE_INSTRUCTIONS": "AVX2"}
ENVIRONMENTS = {"widest": {}, "avx2": AVX2}


def instructions(text):
    """The names of an argument, with commas between them."""
    names = text.split(",")
    for name in names:
        if name not in ENVIRONMENTS:
            raise argparse.ArgumentTypeError(f"{name} is none of {', '.join(ENVIRONMENTS)}")
    return names


def environment_for(name):
    """The variables that hold a process to these instructions."""
    return ENVIRONMENTS[name]
