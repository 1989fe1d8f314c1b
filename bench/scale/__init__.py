"""How the provider behaves at size: what it costs against a resource that does nothing."""
