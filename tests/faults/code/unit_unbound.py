# title: a unit of work is sent without its identity
# apart: a fault of the API's code, which no SQL plants
# mutant: an unbound session
# caught_by: sequence

"""A connection of a unit of work binds no identity."""


def _without_binding(_connection: object, *_: object) -> None:
    pass


TARGET = "api.database.identity.BoundConnection.bind"
REPLACEMENT = _without_binding
