// Shows a binary STL in 3D. Kept apart, so that the page works where WebGL does not.
import {
  AmbientLight, Box3, BufferAttribute, BufferGeometry, DirectionalLight, Mesh, MeshStandardMaterial,
  PerspectiveCamera, Scene, Sphere, Vector3, WebGLRenderer,
} from './lib/three.module.min.js';
import { OrbitControls } from './lib/OrbitControls.js';

const HEADER_BYTES = 84;
const TRIANGLE_BYTES = 50;

/** Corners of all triangles, nine numbers each; binary STL: 12 floats and 2 bytes a triangle, little endian. */
export function corners(stl) {
  const view = new DataView(stl);
  const triangles = view.getUint32(80, true);
  const positions = new Float32Array(9 * triangles);
  for (let triangle = 0; triangle < triangles; triangle++) {
    const start = HEADER_BYTES + TRIANGLE_BYTES * triangle + 12;
    for (let i = 0; i < 9; i++) {
      positions[9 * triangle + i] = view.getFloat32(start + 4 * i, true);
    }
  }
  return positions;
}

/** A viewer on a canvas; throws where WebGL is missing. */
export class Viewer {
  #renderer;
  #scene = new Scene();
  #camera = new PerspectiveCamera(40, 1, 0.1, 1000);
  #controls;
  #part = null;

  constructor(canvas) {
    this.#renderer = new WebGLRenderer({ canvas, antialias: true, alpha: true });
    this.#camera.up.set(0, 0, 1);
    this.#scene.add(new AmbientLight(0xffffff, 0.7));
    const sun = new DirectionalLight(0xffffff, 2.6);
    sun.position.set(-2, 3, 2);
    this.#camera.add(sun);
    this.#scene.add(this.#camera);
    this.#controls = new OrbitControls(this.#camera, canvas);
    this.#controls.listenToKeyEvents(canvas);
    this.#controls.addEventListener('change', () => this.#draw());
    new ResizeObserver(() => this.#draw()).observe(canvas);
  }

  show(stl) {
    if (this.#part) {
      this.#scene.remove(this.#part);
      this.#part.geometry.dispose();
    }
    const geometry = new BufferGeometry();
    geometry.setAttribute('position', new BufferAttribute(corners(stl), 3));
    geometry.computeVertexNormals();
    this.#part = new Mesh(geometry, new MeshStandardMaterial({ color: 0x6f9fd0, roughness: 0.75, side: 2 }));
    this.#scene.add(this.#part);
    const ball = new Box3().setFromObject(this.#part).getBoundingSphere(new Sphere());
    const distance = (1.15 * ball.radius) / Math.sin((this.#camera.fov * Math.PI) / 360);
    const direction = new Vector3(0.55, -0.75, 0.5).normalize();
    this.#camera.near = distance / 1000;
    this.#camera.far = distance * 10;
    this.#camera.position.copy(ball.center).addScaledVector(direction, distance);
    this.#controls.target.copy(ball.center);
    this.#controls.update();
    this.#draw();
  }

  #draw() {
    const canvas = this.#renderer.domElement;
    const width = canvas.clientWidth;
    const height = canvas.clientHeight;
    if (width === 0 || height === 0) {
      return;
    }
    this.#renderer.setPixelRatio(Math.min(window.devicePixelRatio, 2));
    this.#renderer.setSize(width, height, false);
    this.#camera.aspect = width / height;
    this.#camera.updateProjectionMatrix();
    this.#renderer.render(this.#scene, this.#camera);
  }
}
