"""Planted defects by area; importing a module registers its plants."""
