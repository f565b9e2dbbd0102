package detect

// Programs are for the tests.
var Programs = programs
