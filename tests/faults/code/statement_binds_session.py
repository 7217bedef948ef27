# title: a statement binds its whole session
# apart: a fault of the API's code, which no SQL plants
# mutant: a session-wide setting
# caught_by: sequence

"""The identity that a statement binds outlives its transaction."""

from api.database import bound_connection

TARGET = "api.database.identity.OPENING"
REPLACEMENT = bound_connection.OPENING.replace("true", "false")
