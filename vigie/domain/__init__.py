"""The words of Vigie: frozen values of the standard library only, in the order the data flows."""
