// manage
