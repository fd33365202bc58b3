// Nothing of its own: the target that it belongs to makes the headers that tests share.
