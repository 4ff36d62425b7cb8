/**
 * Model files in, triangle meshes and what is known about them out.
 *
 * <p>Begin with {@link io.ktizo.core.mesh.MeshReader}: it recognises a file by its content, reads
 * it under {@link io.ktizo.core.mesh.MeshLimits}, and answers with a {@link
 * io.ktizo.core.mesh.MeshReading}: a model, or a refusal with a stable code that a customer
 * understands. {@link io.ktizo.core.mesh.MeshReport} then measures the mesh and judges its
 * topology.
 *
 * <p>This room knows geometry only: no printers, no prices, nothing but the JDK.
 */
@NullMarked
package io.ktizo.core.mesh;

import org.jspecify.annotations.NullMarked;
