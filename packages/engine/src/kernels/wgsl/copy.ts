import { blockThreads } from './shape.ts';

/** As fast as memory goes: what the other kernels are measured against. */
export const copyShader = `
@group(0) @binding(0) var<storage, read> source: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> target_: array<vec4<f32>>;
@compute @workgroup_size(${blockThreads})
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let step = groups.x * ${blockThreads}u;
  for (var i = group.x * ${blockThreads}u + thread; i < arrayLength(&target_); i += step) {
    target_[i] = source[i];
  }
}
`;
