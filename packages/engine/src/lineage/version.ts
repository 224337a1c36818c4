/** Of this package, as in package.json: a browser has no file to read it from. */
export const engineVersion = '0.0.0';
