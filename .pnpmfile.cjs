// The node-* packages declare `os` and `cpu` as strings. pnpm reads only lists there, so without this every
// platform's Node (30 MB each) would be downloaded everywhere.
module.exports = {
  hooks: {
    readPackage(pkg) {
      for (const field of ['os', 'cpu']) {
        if (typeof pkg[field] === 'string') pkg[field] = [pkg[field]];
      }
      return pkg;
    },
  },
};
