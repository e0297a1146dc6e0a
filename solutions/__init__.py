"""The sources of the assignments: text, references and cell roles, one module an assignment."""
