"""`python -m deployguard.emulator`: the verb `deployguard emulator`, without the others."""

import argparse
import sys

from deployguard.cli import emulator

parser = argparse.ArgumentParser(prog="deployguard emulator")
emulator.add_arguments(parser)
sys.exit(emulator.run(parser.parse_args()))
