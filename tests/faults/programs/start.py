# Nothing but start and stop.
