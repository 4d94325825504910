/** Which part of the side one looks at. Anything that leads into a part opens it here. */
export class Side {
  /** Nothing: the first that the window has. */
  current = $state.raw<string | undefined>();

  open(key: string): void {
    this.current = key;
  }
}
