"""How well a model judges: measured on labelled texts, with an interval beside every figure.

Needs the extra ``eval`` (scikit-learn, matplotlib); what serves posts never imports it.
"""
