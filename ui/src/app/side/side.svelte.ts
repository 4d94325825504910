/** Which part of the side one looks at. Anything that leads into a part opens it here. */
export class Side {
  current = $state.raw("chat");

  open(key: string): void {
    this.current = key;
  }
}
