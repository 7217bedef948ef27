"""Write the generated parts of all documents: `make docs`."""

from tests.docs import pages
from tests.proof.example import example
from tests.proof.transcripts import DOCUMENTS, write
from tests.support.installation import new_installation

if __name__ == "__main__":
    pages.write()
    with new_installation() as installation:
        example(installation)
        write(DOCUMENTS, installation)
