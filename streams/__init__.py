"""The only folder that knows Faust: roles as applications."""
