from circular_a import ready
