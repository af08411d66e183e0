import "../parts/base.css";
import { mount } from "svelte";
import { applyTheme } from "../parts/theme.svelte";
import App from "./App.svelte";

applyTheme();
mount(App, { target: document.getElementById("app")! });
