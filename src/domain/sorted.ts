/** Index of the first of `length` ascending numbers that is not less than `value`. */
export function lowerBound(
  numbers: ArrayLike<number>,
  value: number,
  length: number = numbers.length,
): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
