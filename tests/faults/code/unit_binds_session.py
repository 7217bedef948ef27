# title: a unit of work binds its whole session
# apart: a fault of the API's code, which no SQL plants
# mutant: a session-wide setting
# caught_by: sequence

"""The identity that a unit of work binds outlives its transaction."""

from api.database import bound_connection

TARGET = "api.database.identity.BIND"
REPLACEMENT = bound_connection.BIND.replace("true", "false")
