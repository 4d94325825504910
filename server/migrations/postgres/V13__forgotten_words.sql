-- Nothing: the index of words has no option for it.
SELECT 1;
