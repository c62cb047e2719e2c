/**
 * Stands in for the `form-data` package in bundles: axios uploads forms with it, which Trackside never does, and it
 * brings a table of every media type (130 kB). The runtime's own class has the same name and purpose.
 */
export default FormData;
