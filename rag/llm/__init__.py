"""Language models: named, called within a budget, prompted, kept in bounds."""
