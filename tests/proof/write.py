"""Write what psql and pgrls say now into the documents that show it: `make docs`."""

from tests.proof.example import example
from tests.proof.transcripts import DOCUMENTS, write
from tests.support.installation import new_installation

if __name__ == "__main__":
    with new_installation() as installation:
        example(installation)
        write(DOCUMENTS, installation)
