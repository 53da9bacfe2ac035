"""The studies, a room each: ``from beliefsim.studies import debate``. ``python -m beliefsim.studies`` lists them.

``rooms.csv`` beside this file says which published system is in which room and notebook.
"""
