"""What a script begins with that must behave as where torch is not installed."""

from typing import Final

WITHOUT_TORCH: Final = """
import importlib.abc, importlib.util, sys
class NoTorch(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "torch":
            raise ModuleNotFoundError("No module named 'torch'", name="torch")
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: (
    None if name.partition(".")[0] == "torch" else found(name, package))
sys.meta_path.insert(0, NoTorch())
"""
